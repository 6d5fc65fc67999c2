#include "tools/npy.h"

#include <gtest/gtest.h>

#include <cstring>

#include "tools/output.h"

namespace trireme::tools {
namespace {

std::filesystem::path temporary(const std::string& name) { return std::filesystem::path(testing::TempDir()) / name; }

TensorType typeOf(DataType dtype, std::initializer_list<int64_t> dims) {
  return {dtype, Shape::create(dims).value(), {}};
}

// An .npy file of version 1 with this header text and this many bytes behind it.
std::filesystem::path writeRaw(const std::string& name, const std::string& header, size_t payload) {
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += char(header.size() & 0xff);
  bytes += char(header.size() >> 8);
  bytes += header + std::string(payload, '\0');
  EXPECT_TRUE(writeFile(temporary(name), bytes).ok());
  return temporary(name);
}

TEST(Npy, ReadsBackWhatItWrites) {
  const std::vector<float> values{1, -2, 3.5F, 4, 5, 6};
  for (const auto& dims : {std::vector<int64_t>{2, 3}, {6}, {1, 6, 1}}) {
    const TensorType type{DataType::Float32, Shape::create(dims).value(), {}};
    const auto bytes = npyBytes(type, std::as_bytes(std::span(values)));
    ASSERT_TRUE(bytes.ok());
    ASSERT_TRUE(writeFile(temporary("back.npy"), bytes.value()).ok());
    const auto array = readNpy(temporary("back.npy"));
    ASSERT_TRUE(array.ok()) << array.status().message();
    EXPECT_EQ(array.value().shape, type.shape);
    EXPECT_EQ(array.value().dtype, DataType::Float32);
    EXPECT_EQ(std::memcmp(array.value().bytes.data(), values.data(), 24), 0);
  }
}

TEST(Npy, WritesScalarsAndAlignsTheData) {
  const int64_t value = 7;
  const auto bytes = npyBytes(typeOf(DataType::Int64, {}), std::as_bytes(std::span(&value, 1))).value();
  EXPECT_EQ((bytes.size() - 8) % 64, 0u);
  const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  EXPECT_NE(text.find("'descr': '<i8', 'fortran_order': False, 'shape': (), "), std::string::npos);
}

TEST(Npy, NamesTypesThatNumPyLacks) {
  EXPECT_EQ(npyBytes(typeOf(DataType::Int4, {2}), {}).status().message(), "NumPy has no type for int4");
}

TEST(Npy, RefusesObjectsInWords) {
  const auto path = writeRaw("object.npy", "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 8);
  EXPECT_NE(readNpy(path).status().message().find("elements of type '|O' are not taken"), std::string_view::npos);
}

TEST(Npy, RefusesFortranOrderOnlyWhereItMatters) {
  EXPECT_TRUE(readNpy(writeRaw("f1.npy", "{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }", 8)).ok());
  EXPECT_FALSE(readNpy(writeRaw("f2.npy", "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }", 16)).ok());
}

TEST(Npy, RefusesWhatIsCutOffOrTooLarge) {
  const auto cut = readNpy(writeRaw("cut.npy", "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", 11));
  EXPECT_NE(cut.status().message().find("it holds 11 bytes, float32 of shape 3 needs 12"), std::string_view::npos);
  EXPECT_FALSE(
      readNpy(writeRaw("big.npy", "{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999, 999999999), }", 4))
          .ok());
}

TEST(Npy, RefusesWhatIsNoNpyFile) {
  ASSERT_TRUE(writeFile(temporary("text.npy"), "just words").ok());
  EXPECT_NE(readNpy(temporary("text.npy")).status().message().find("it is not a NumPy .npy file"),
            std::string_view::npos);
  EXPECT_EQ(readNpy(temporary("nobody.npy")).status().code(), Code::Io);
}

}  // namespace
}  // namespace trireme::tools
