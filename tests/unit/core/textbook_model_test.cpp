#include <gtest/gtest.h>

#include <fstream>

#include "core/model/writer.h"
#include "tests/support/inception_block.h"
#include "tests/support/shared_files.h"

namespace trireme {
namespace {

// The documentation explains this file; here is where it comes from.
TEST(TextbookModel, IsTheInceptionBlockAsOurWriterWritesIt) {
  const Graph graph = support::inceptionBlock();
  model::WriterOptions options;
  options.description = "The block of the textbooks on delegates";
  const auto written = model::writeModel(std::span(&graph, 1), {}, options);
  ASSERT_TRUE(written.ok()) << written.status().message();
  const std::filesystem::path kept = std::filesystem::path(TRIREME_OWN_MODELS) / "textbook.tflite";
  if (std::filesystem::exists(kept) && support::fileBytes(kept) == written.value()) return;
  const std::filesystem::path fresh = std::filesystem::path(testing::TempDir()) / "textbook.tflite";
  std::ofstream(fresh, std::ios::binary)
      .write(reinterpret_cast<const char*>(written.value().data()), std::streamsize(written.value().size()));
  FAIL() << kept << " is another file; what the writer makes of the block lies in " << fresh;
}

}  // namespace
}  // namespace trireme
