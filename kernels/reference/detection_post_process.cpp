// TFLite_Detection_PostProcess: boxes decoded from anchors, overlapping ones suppressed, the best ones put out. One
// row: every box depends on every other.

#include <cmath>
#include <cstring>

#include "kernels/reference/families.h"
#include "kernels/reference/steering.h"

namespace trireme::reference {
namespace {

constexpr int64_t kCoordinates = 4;

struct Box {
  float top = 0, left = 0, bottom = 0, right = 0;
};

// Floats, or codes of 8 bits that stand for some.
struct Reals {
  DataType dtype = DataType::Float32;
  float scale = 1;
  int32_t zero = 0;
  float at(const std::byte* data, int64_t i) const {
    switch (dtype) {
      case DataType::UInt8:
        return (float(reinterpret_cast<const uint8_t*>(data)[i]) - float(zero)) * scale;
      case DataType::Int8:
        return (float(reinterpret_cast<const int8_t*>(data)[i]) - float(zero)) * scale;
      default:
        return reinterpret_cast<const float*>(data)[i];
    }
  }
};

struct Detection {
  DetectionPostProcessParams params;
  Reals encodings, scores, anchors;
  int64_t boxes = 0;     // anchors
  int64_t encoded = 0;   // numbers of one encoded box: 4, then key points, which are left out
  int64_t columns = 0;   // scores of one box
  int64_t offset = 0;    // 1 where the first score is the background's
  int64_t perClass = 0;  // regular suppression: boxes kept of a class
  int64_t perBox = 0;    // fast suppression: classes put out for a box
};

Box decode(const Detection& d, const Operands& operands, int64_t i) {
  const auto encoded = [&](int64_t k) { return double(d.encodings.at(operands.inputs[0], i * d.encoded + k)); };
  const auto anchor = [&](int64_t k) { return double(d.anchors.at(operands.inputs[2], i * kCoordinates + k)); };
  const double anchorY = anchor(0), anchorX = anchor(1), anchorH = anchor(2), anchorW = anchor(3);
  const auto y = float(encoded(0) / double(d.params.scaleY) * anchorH + anchorY);
  const auto x = float(encoded(1) / double(d.params.scaleX) * anchorW + anchorX);
  const auto halfH = float(0.5 * std::exp(encoded(2) / double(d.params.scaleH)) * anchorH);
  const auto halfW = float(0.5 * std::exp(encoded(3) / double(d.params.scaleW)) * anchorW);
  return {y - halfH, x - halfW, y + halfH, x + halfW};
}

float overlap(const Box& a, const Box& b) {
  const float areaA = (a.bottom - a.top) * (a.right - a.left), areaB = (b.bottom - b.top) * (b.right - b.left);
  if (areaA <= 0 || areaB <= 0) return 0;
  const float height = std::max(std::min(a.bottom, b.bottom) - std::max(a.top, b.top), 0.0f);
  const float width = std::max(std::min(a.right, b.right) - std::max(a.left, b.left), 0.0f);
  const float common = height * width;
  return common / (areaA + areaB - common);
}

// A box with a score that stays.
struct Candidate {
  float score = 0;
  int32_t box = 0, column = 0;  // column: the score's, background counted
};

// What one call needs besides its outputs; all of it lies in the scratch.
struct Scratch {
  std::span<Box> boxes;
  std::span<float> scores;            // of the class in hand, or the best of each box
  std::span<Candidate> sorted;        // boxes above the threshold, best first
  std::span<Candidate> best, merged;  // of all classes so far
};

template <class T>
std::span<T> take(std::byte*& memory, int64_t count) {
  const std::span<T> span(reinterpret_cast<T*>(memory), size_t(count));
  memory += (span.size_bytes() + 15) / 16 * 16;
  return span;
}
Scratch layOut(const Detection& d, std::byte* memory) {
  Scratch scratch;
  scratch.boxes = take<Box>(memory, d.boxes);
  scratch.scores = take<float>(memory, d.boxes);
  scratch.sorted = take<Candidate>(memory, d.boxes);
  const int64_t kept = int64_t(d.params.maxDetections) + d.perClass;
  scratch.best = take<Candidate>(memory, kept);
  scratch.merged = take<Candidate>(memory, kept);
  return scratch;
}
size_t scratchBytes(const Detection& d) {
  const int64_t kept = int64_t(d.params.maxDetections) + d.perClass;
  return size_t(d.boxes) * (sizeof(Box) + sizeof(float) + sizeof(Candidate)) + 2 * size_t(kept) * sizeof(Candidate) +
         5 * 16;
}

// Greedy suppression of the boxes by scratch.scores. The first `most` survivors end up at the front of scratch.sorted,
// best first, equal scores by their position; their number is returned.
int64_t suppress(const Detection& d, const Scratch& scratch, int64_t most, int32_t column) {
  int64_t count = 0;
  for (int64_t i = 0; i < d.boxes; ++i) {
    const float score = scratch.scores[size_t(i)];
    if (score >= d.params.nmsScoreThreshold) scratch.sorted[size_t(count++)] = {score, int32_t(i), column};
  }
  std::sort(scratch.sorted.begin(), scratch.sorted.begin() + count, [](const Candidate& a, const Candidate& b) {
    return a.score != b.score ? a.score > b.score : a.box < b.box;
  });
  int64_t selected = 0;
  for (int64_t i = 0; i < count && selected < most; ++i) {
    const Candidate candidate = scratch.sorted[size_t(i)];
    bool stays = true;
    for (int64_t k = 0; stays && k < selected; ++k) {
      stays = !(overlap(scratch.boxes[size_t(scratch.sorted[size_t(k)].box)], scratch.boxes[size_t(candidate.box)]) >
                d.params.nmsIouThreshold);
    }
    if (stays) scratch.sorted[size_t(selected++)] = candidate;
  }
  return selected;
}

void putOut(const Detection& d, const Scratch& scratch, const Operands& operands, int64_t at, const Candidate& what) {
  std::memcpy(output<float>(operands, 0) + at * kCoordinates, &scratch.boxes[size_t(what.box)], sizeof(Box));
  output<float>(operands, 1)[at] = float(what.column - d.offset);
  output<float>(operands, 2)[at] = what.score;
}

// Each class by itself, then the best of all classes.
int64_t runRegular(const Detection& d, const Operands& operands, Scratch& scratch) {
  const int64_t most = d.params.maxDetections;
  int64_t count = 0;
  for (int64_t column = d.offset; column < d.columns; ++column) {
    for (int64_t i = 0; i < d.boxes; ++i) {
      scratch.scores[size_t(i)] = d.scores.at(operands.inputs[1], i * d.columns + column);
    }
    const int64_t found = suppress(d, scratch, d.perClass, int32_t(column));
    std::merge(scratch.best.begin(), scratch.best.begin() + count, scratch.sorted.begin(),
               scratch.sorted.begin() + found, scratch.merged.begin(),
               [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
    std::swap(scratch.best, scratch.merged);
    count = std::min(count + found, most);
  }
  for (int64_t i = 0; i < count; ++i) putOut(d, scratch, operands, i, scratch.best[size_t(i)]);
  return count;
}

// Boxes by their best class alone; each is put out with its `perBox` best classes.
int64_t runFast(const Detection& d, const Operands& operands, Scratch& scratch) {
  const auto scoreAt = [&](int64_t box, int64_t column) {
    return d.scores.at(operands.inputs[1], box * d.columns + column);
  };
  for (int64_t i = 0; i < d.boxes; ++i) {
    float best = scoreAt(i, d.offset);
    for (int64_t column = d.offset + 1; column < d.columns; ++column) best = std::max(best, scoreAt(i, column));
    scratch.scores[size_t(i)] = best;
  }
  const int64_t count = suppress(d, scratch, d.params.maxDetections, 0);
  for (int64_t i = 0; i < count; ++i) {
    Candidate last;
    for (int64_t k = 0; k < d.perBox; ++k) {
      // The next after `last` in the order of falling scores, equal ones by their column.
      Candidate next{0, scratch.sorted[size_t(i)].box, -1};
      for (int64_t column = d.offset; column < d.columns; ++column) {
        const float score = scoreAt(next.box, column);
        const bool later = k == 0 || score < last.score || (score == last.score && column > last.column);
        if (later && (next.column < 0 || score > next.score)) next = {score, next.box, int32_t(column)};
      }
      if (next.column < 0) break;  // only scores that are no numbers are left
      putOut(d, scratch, operands, i * d.params.maxClassesPerDetection + k, next);
      last = next;
    }
  }
  return count;
}

void runDetection(const Detection& d, const Operands& operands) {
  Scratch scratch = layOut(d, operands.scratch);
  const auto outputs = size_t(d.params.maxDetections) * size_t(d.params.maxClassesPerDetection);
  std::memset(operands.outputs[0], 0, outputs * sizeof(Box));
  std::memset(operands.outputs[1], 0, outputs * sizeof(float));
  std::memset(operands.outputs[2], 0, outputs * sizeof(float));
  for (int64_t i = 0; i < d.boxes; ++i) scratch.boxes[size_t(i)] = decode(d, operands, i);
  const int64_t count = d.params.regularNms ? runRegular(d, operands, scratch) : runFast(d, operands, scratch);
  *output<float>(operands, 3) = float(count);
}

Status checkBoxes(const Detection& d, const Operands& operands) {
  for (int64_t i = 0; i < d.boxes; ++i) {
    const Box box = decode(d, operands, i);
    if (box.top > box.bottom || box.left > box.right) {
      return Status::error(Code::InvalidArgument,
                           "box " + std::to_string(i) + " has its ends the wrong way round: top " +
                               std::to_string(box.top) + ", bottom " + std::to_string(box.bottom) + ", left " +
                               std::to_string(box.left) + ", right " + std::to_string(box.right));
    }
  }
  return {};
}

Reals realsOf(const TensorType& type) {
  if (type.dtype == DataType::Float32) return {};
  return {type.dtype, scaleOf(type), zeroOf(type)};
}
Detection detectionOf(const Graph& graph, const Node& node) {
  Detection d;
  d.params = node.as<DetectionPostProcessParams>();
  d.encodings = realsOf(inputType(graph, node, 0));
  d.scores = realsOf(inputType(graph, node, 1));
  d.anchors = realsOf(inputType(graph, node, 2));
  d.boxes = inputType(graph, node, 0).shape.dim(1);
  d.encoded = inputType(graph, node, 0).shape.dim(2);
  d.columns = inputType(graph, node, 1).shape.dim(2);
  d.offset = d.columns - d.params.classes;
  d.perClass = d.params.regularNms ? std::min(d.params.detectionsPerClass, d.params.maxDetections) : 0;
  d.perBox = std::min(d.params.maxClassesPerDetection, d.params.classes);
  return d;
}

void askParams(Questions& questions, const DetectionPostProcessParams& params) {
  constexpr int32_t kMost = 1 << 20;
  const auto count = [&](const char* name, int32_t value) {
    questions.require(value >= 1 && value <= kMost, ReasonCode::Parameter,
                      std::string(name) + " is " + std::to_string(value));
  };
  count("max_detections", params.maxDetections);
  count("max_classes_per_detection", params.maxClassesPerDetection);
  count("num_classes", params.classes);
  if (params.regularNms) count("detections_per_class", params.detectionsPerClass);
  questions.require(params.nmsIouThreshold > 0 && params.nmsIouThreshold <= 1, ReasonCode::Parameter,
                    "nms_iou_threshold is " + std::to_string(params.nmsIouThreshold) + ", not from 0 to 1");
}

void askShapes(Questions& questions, const DetectionPostProcessParams& params) {
  const Graph& graph = questions.graph();
  const Node& node = questions.node();
  const Shape& encodings = inputType(graph, node, 0).shape;
  const Shape& scores = inputType(graph, node, 1).shape;
  const Shape& anchors = inputType(graph, node, 2).shape;
  questions.require(encodings.dim(0) == 1 && encodings.dim(2) >= kCoordinates, ReasonCode::Parameter,
                    nameInput(graph, node, 0) + ": expected 1 x boxes x 4 or more");
  questions.require(encodings.dim(1) <= INT32_MAX, ReasonCode::Limit, nameInput(graph, node, 0) + ": too many boxes");
  const int64_t background = scores.dim(2) - params.classes;
  questions.require(scores.dim(0) == 1 && scores.dim(1) == encodings.dim(1) && (background == 0 || background == 1),
                    ReasonCode::Parameter,
                    nameInput(graph, node, 1) + ": expected 1 x " + std::to_string(encodings.dim(1)) + " x " +
                        std::to_string(params.classes) + " scores, or one more for the background");
  questions.require(
      anchors.dim(0) >= encodings.dim(1) && anchors.dim(1) == kCoordinates, ReasonCode::Parameter,
      nameInput(graph, node, 2) + ": expected 4 numbers for each of " + std::to_string(encodings.dim(1)) + " boxes");
  const int64_t outputs = int64_t(params.maxDetections) * params.maxClassesPerDetection;
  questions.outputShape({1, outputs, kCoordinates}, 0);
  questions.outputShape({1, outputs}, 1);
  questions.outputShape({1, outputs}, 2);
  questions.outputShape({1}, 3);
}

Support supportsDetection(const Graph& graph, const Node& node) {
  Questions questions(graph, node);
  if (!questions.counts(3, 3, 4)) return std::move(questions).answer();
  const DetectionPostProcessParams& params = node.as<DetectionPostProcessParams>();
  askParams(questions, params);
  bool ranked = true;
  for (size_t i = 0; i < 3; ++i) {
    const bool known = questions.inputDtype(i, {DataType::Float32, DataType::UInt8, DataType::Int8});
    if (known && inputType(graph, node, i).dtype != DataType::Float32) questions.inputPerTensor(i);
    ranked = questions.inputRank(i, i == 2 ? 2 : 3, i == 2 ? 2 : 3) && ranked;
  }
  for (size_t o = 0; o < 4; ++o) questions.outputDtype({DataType::Float32}, o);
  if (ranked && questions.ok()) askShapes(questions, params);
  return std::move(questions).answer();
}

Result<Prepared> prepareDetection(const Graph& graph, const Node& node) {
  const Detection d = detectionOf(graph, node);
  Prepared prepared;
  prepared.scratchBytes = scratchBytes(d);
  prepared.check = [d](const Operands& operands) { return checkBoxes(d, operands); };
  prepared.run = [d](const Operands& operands, Rows rows) {
    if (rows.begin < rows.end) runDetection(d, operands);
  };
  return prepared;
}

}  // namespace

std::span<const Entry> detectionPostProcessKernels() {
  static constexpr Entry kEntries[] = {{OpKind::TfliteDetectionPostProcess, supportsDetection, prepareDetection}};
  return kEntries;
}

}  // namespace trireme::reference
