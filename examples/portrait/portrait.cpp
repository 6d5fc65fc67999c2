// Finds the face on a photograph, lays a mesh on it and cuts the person out, with three models of MediaPipe.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "examples/portrait/face_mesh.h"
#include "examples/portrait/person_mask.h"

namespace portrait {
namespace {

using trireme::Code;
using trireme::Status;

constexpr Colour kGreen{60, 220, 90}, kYellow{255, 210, 60}, kCyan{80, 220, 255};

struct Arguments {
  std::filesystem::path image, models, outputs = ".";
  std::vector<std::string> delegates;
  std::string strategy;
};

struct Answer {
  Face face;
  Mesh mesh;
  Mask mask;
};

trireme::Result<trireme::Options> optionsOf(const Arguments& arguments) {
  trireme::Options options;
  if (!arguments.strategy.empty()) options.setStrategy(arguments.strategy);
  for (const std::string& spec : arguments.delegates) {
    if (spec == "auto") {
      TRIREME_TRY(trireme::addUsableDelegates(options));
      continue;
    }
    TRIREME_ASSIGN(auto delegate, trireme::createDelegate(spec));
    options.addDelegate(std::move(delegate));
  }
  return options;
}

Status savePictures(const Picture& photograph, const Answer& answer, const std::filesystem::path& folder) {
  Picture face = photograph;
  drawBox(face, answer.face.topLeft, answer.face.bottomRight, kGreen, 3);
  for (const Point& point : answer.face.keypoints) drawDot(face, point, kYellow, 3);
  TRIREME_TRY(savePicture(face, folder / "face.png"));
  Picture mesh = photograph;
  for (const Point& point : answer.mesh.points) drawDot(mesh, point, kCyan, 0.8F);
  TRIREME_TRY(savePicture(mesh, folder / "mesh.png"));
  return savePicture(showPerson(photograph, answer.mask), folder / "person.png");
}

nlohmann::json step(const Session& session, std::string answer) {
  return {{"model", session.model()},
          {"answer", std::move(answer)},
          {"partitions", session.partitions()},
          {"ms", session.milliseconds()}};
}

nlohmann::json describe(const Answer& answer) {
  nlohmann::json landmarks = nlohmann::json::array();
  for (const Point& point : answer.mesh.points) landmarks.push_back({point.x, point.y});
  const Point from = answer.face.topLeft, to = answer.face.bottomRight;
  return {{"score", answer.face.score},
          {"box", {from.x, from.y, to.x - from.x, to.y - from.y}},
          {"landmarks", std::move(landmarks)},
          {"presence", answer.mesh.presence},
          {"mask_share", answer.mask.share}};
}

// All or nothing: the file appears when it is complete.
Status writeText(const std::string& text, const std::filesystem::path& path) {
  const std::filesystem::path part = path.string() + ".part";
  std::ofstream file(part);
  file << text << std::flush;
  std::error_code failure;
  if (file.good()) std::filesystem::rename(part, path, failure);
  if (!file.good() || failure) {
    std::filesystem::remove(part, failure);
    return Status::error(Code::Io, fmt::format("cannot write '{}'", path.string()));
  }
  return {};
}

Status run(const Arguments& arguments) {
  TRIREME_ASSIGN(const trireme::Options options, optionsOf(arguments));
  TRIREME_ASSIGN(const Picture photograph, loadPicture(arguments.image));
  TRIREME_ASSIGN(Session detector, Session::create(arguments.models / "face_detection_short_range.tflite", options));
  TRIREME_ASSIGN(Session mesher, Session::create(arguments.models / "face_landmark.tflite", options));
  TRIREME_ASSIGN(Session cutter, Session::create(arguments.models / "selfie_segmentation.tflite", options));
  std::error_code failure;
  std::filesystem::create_directories(arguments.outputs, failure);
  if (failure) {
    return Status::error(Code::Io,
                         fmt::format("cannot make folder '{}': {}", arguments.outputs.string(), failure.message()));
  }

  Answer answer;
  TRIREME_ASSIGN(answer.face, findFace(detector, photograph));
  TRIREME_ASSIGN(answer.mesh, fitMesh(mesher, photograph, answer.face));
  TRIREME_ASSIGN(answer.mask, cutOut(cutter, photograph));
  TRIREME_TRY(savePictures(photograph, answer, arguments.outputs));

  nlohmann::json result = describe(answer);
  const Point from = answer.face.topLeft, to = answer.face.bottomRight;
  result["steps"] = {step(detector, fmt::format("a face of {:.0f} x {:.0f} pixels at {:.0f}, {:.0f}, score {:.3f}",
                                                to.x - from.x, to.y - from.y, from.x, from.y, answer.face.score)),
                     step(mesher, fmt::format("468 points, presence {:.3f}", answer.mesh.presence)),
                     step(cutter, fmt::format("a person on {:.1f} % of the picture", 100 * answer.mask.share))};
  return writeText(result.dump(1), arguments.outputs / "portrait.json");
}

}  // namespace
}  // namespace portrait

int main(int argc, char** argv) {
  portrait::Arguments arguments;
  CLI::App app(
      "Finds a face, lays a mesh of 468 points on it and cuts the person out. Writes face.png, mesh.png, "
      "person.png and portrait.json.");
  app.add_option("--image", arguments.image, "a photograph: PNG, JPEG or BMP")->required();
  app.add_option("--models", arguments.models,
                 "folder of face_detection_short_range, face_landmark and selfie_segmentation (.tflite)")
      ->required();
  app.add_option("--output-dir", arguments.outputs, "where the answers go")->capture_default_str();
  app.add_option("--delegate", arguments.delegates, "as of the trireme program: auto, cpu ...; repeatable")
      ->allow_extra_args(false);
  app.add_option("--strategy", arguments.strategy, "as of the trireme program: optimal (the default), greedy ...");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  const trireme::Status status = portrait::run(arguments);
  if (status.ok()) return 0;
  fmt::print(stderr, "portrait: {}\n", status.message());
  return status.code() == trireme::Code::DeviceLost || status.code() == trireme::Code::DeadlineExceeded ? 3 : 1;
}
