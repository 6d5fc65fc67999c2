#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "tests/models/known_model.h"
#include "trireme/delegates.h"

// Top-1 and top-5 of trained classifiers on many pictures: each backend beside the CPU. Integer models agree bit for
// bit; float models under Exact in every class and within 1e-4 of the largest score; with half storage in 99.5 % of the
// first classes, and its scores within 2 %.
namespace trireme::models {
namespace {

struct Backend {
  const char* spec;  // as --delegate has it
  int views;         // of each picture in the usual tests; all of them under TRIREME_TEST_DENSE
};
constexpr int kViews = 6;
constexpr Backend kBackends[] = {{"opencl", kViews},
                                 {"opencl,precision=relaxed", kViews},
                                 {"emulated:mobile-gpu,over=opencl", kViews},
                                 {"vulkan", 1},
                                 {"vulkan,precision=relaxed", 1}};
void PrintTo(const Backend& backend, std::ostream* stream) { *stream << backend.spec; }
constexpr const char* kPictures[] = {"coral/bird.bmp",       "coral/cat.bmp",        "coral/dragonfly.bmp",
                                     "coral/parrot.jpg",     "coral/sunflower.bmp",  "coral/dog_segmentation.bmp",
                                     "tfsupport/burger.jpg", "tfsupport/sparrow.png"};
struct Classifier {
  const char* model;
  int size;
};
constexpr Classifier kClassifiers[] = {{"tfsupport/mobilenet_v1_0.25_224_f32.tflite", 224},
                                       {"tfsupport/mobilenet_v1_0.25_224_quant.tflite", 224},
                                       {"coral/mobilenet_v2_1.0_224_quant.tflite", 224},
                                       {"mlperf_mobile/mobilenet_edgetpu_224_1.0_uint8.tflite", 224}};

// A window of the picture, mirrored or not: views 0 to 5 make six pictures of one.
support::Picture viewOf(const support::Picture& whole, int view) {
  const int least = std::min(whole.width, whole.height), side = least * (view < 2 ? 100 : view < 4 ? 85 : 70) / 100;
  support::Picture part{side, side, whole.channels, {}};
  const int left = (whole.width - side) * (view % 3) / 2, top = (whole.height - side) * ((view + 1) % 3) / 2;
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const int from = left + (view % 2 == 1 ? side - 1 - x : x);
      const auto pixel = whole.pixels.begin() + (int64_t(top + y) * whole.width + from) * whole.channels;
      part.pixels.insert(part.pixels.end(), pixel, pixel + whole.channels);
    }
  }
  return part;
}

std::vector<size_t> firstFive(const std::vector<float>& scores) {
  std::vector<size_t> order(scores.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, [&](size_t a, size_t b) { return scores[a] > scores[b]; });
  order.resize(5);
  return order;
}

struct Agreement {
  int pictures = 0, first = 0, firstFive = 0;  // pictures whose first class, and whose set of five, are the same
  double most = 0, sum = 0, count = 0;         // absolute differences of scores
  void add(const std::vector<float>& wanted, const std::vector<float>& got) {
    std::vector<size_t> of = models::firstFive(wanted), is = models::firstFive(got);
    ++pictures;
    first += of[0] == is[0] ? 1 : 0;
    std::ranges::sort(of);
    std::ranges::sort(is);
    firstFive += of == is ? 1 : 0;
    for (size_t i = 0; i < wanted.size(); ++i) {
      const double difference = std::abs(double(wanted[i]) - got[i]);
      most = std::max(most, difference);
      sum += difference;
    }
    count += double(wanted.size());
  }
};

class BackendAgreement : public KnownAnswer, public testing::WithParamInterface<Backend> {
 protected:
  void SetUp() override {
    KnownAnswer::SetUp();
    if (IsSkipped()) return;
    const DelegateResult made = createDelegate(GetParam().spec, 2);
    if (!made.ok()) GTEST_SKIP() << made.status().message();
    delegate_ = made.value();
  }
  void compare(const Classifier& classifier);
  std::shared_ptr<Delegate> delegate_;
};

void BackendAgreement::compare(const Classifier& classifier) {
  const auto model = Model::fromFile(models_ / classifier.model);
  ASSERT_TRUE(model.ok()) << model.status().message();
  const std::shared_ptr<const Model> shared = model.value();
  auto cpu = Interpreter::create(shared, Options().setThreads(2));
  Options options;
  options.addDelegate(delegate_).setThreads(2).setStrategy("greedy");
  auto backend = Interpreter::create(shared, options);
  ASSERT_TRUE(cpu.ok() && backend.ok());
  const TensorType input = cpu.value()->inputType(0).value();
  const int views = std::getenv("TRIREME_TEST_DENSE") == nullptr ? GetParam().views : kViews;
  Agreement agreement;
  for (const char* name : kPictures) {
    const support::Picture whole = picture(name);
    ASSERT_GT(whole.width, 0);
    for (int view = 0; view < views; ++view) {
      const support::Tensors pixels =
          pictureInput(viewOf(whole, view), classifier.size, classifier.size, input.dtype, 1 / 127.5f, -1);
      const support::Answer wanted = support::invoke(*cpu.value(), pixels),
                            got = support::invoke(*backend.value(), pixels);
      ASSERT_TRUE(wanted.status.ok() && got.status.ok()) << got.status.message();
      agreement.add(dequantized(wanted.types[0], wanted.outputs[0]), dequantized(got.types[0], got.outputs[0]));
    }
  }
  EXPECT_TRUE(backend.value()->faults().empty());
  std::printf("%s on %s: %d pictures, top-1 %d, top-5 %d, difference at most %.2g, mean %.2g\n", classifier.model,
              GetParam().spec, agreement.pictures, agreement.first, agreement.firstFive, agreement.most,
              agreement.sum / agreement.count);
  if (input.dtype != DataType::Float32) {
    EXPECT_EQ(0, agreement.most);
  } else if (delegate_->info().precision == Precision::Exact) {
    EXPECT_EQ(agreement.pictures, agreement.first);
    EXPECT_EQ(agreement.pictures, agreement.firstFive);
    EXPECT_LE(agreement.most, 1e-4);
  } else {
    EXPECT_GE(agreement.first, 0.995 * agreement.pictures);
    EXPECT_LE(agreement.most, 0.02);
  }
}

TEST_P(BackendAgreement, FindsTheCpusClasses) {
  for (const Classifier& classifier : kClassifiers) {
    SCOPED_TRACE(classifier.model);
    compare(classifier);
  }
}

std::string backendName(const testing::TestParamInfo<Backend>& backend) {
  std::string name = backend.param.spec;
  for (char& letter : name) letter = std::isalnum(static_cast<unsigned char>(letter)) != 0 ? letter : '_';
  return name;
}
INSTANTIATE_TEST_SUITE_P(On, BackendAgreement, testing::ValuesIn(kBackends), backendName);

}  // namespace
}  // namespace trireme::models
