#include "tools/pictures.h"

#include <gtest/gtest.h>

#include <cstring>

#include "tools/output.h"

namespace trireme::tools {
namespace {

TensorType input(DataType dtype, int64_t height, int64_t width, int64_t channels) {
  return {dtype, Shape::create({1, height, width, channels}).value(), {}};
}

// An uncompressed 24-bit BMP, 2 x 1: a red pixel, then a blue one (rows are padded to 4 bytes, colours stored BGR).
std::filesystem::path twoPixels() {
  std::string bytes = "BM";
  const auto number = [&](uint32_t value, int size) {
    for (int i = 0; i < size; ++i) bytes += char(value >> (8 * i) & 0xff);
  };
  number(54 + 8, 4), number(0, 4), number(54, 4), number(40, 4), number(2, 4), number(1, 4);
  number(1, 2), number(24, 2), number(0, 4), number(8, 4), number(0, 4), number(0, 4), number(0, 4), number(0, 4);
  bytes += std::string("\x00\x00\xff\xff\x00\x00\x00\x00", 8);
  const std::string test = testing::UnitTest::GetInstance()->current_test_info()->name();
  const auto path = std::filesystem::path(testing::TempDir()) / (test + ".bmp");  // tests may run at the same time
  EXPECT_TRUE(writeFile(path, bytes).ok());
  return path;
}

template <class T>
std::vector<T> as(const std::vector<std::byte>& bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

TEST(Pictures, KeepPixelsOfTheSameSize) {
  const auto bytes = pictureAs(input(DataType::UInt8, 1, 2, 3), twoPixels(), 0, 1).value();
  EXPECT_EQ(as<uint8_t>(bytes), (std::vector<uint8_t>{255, 0, 0, 0, 0, 255}));
}

TEST(Pictures, ShiftInt8AndScaleFloat) {
  EXPECT_EQ(as<int8_t>(pictureAs(input(DataType::Int8, 1, 2, 3), twoPixels(), 0, 1).value()),
            (std::vector<int8_t>{127, -128, -128, -128, -128, 127}));
  EXPECT_EQ(as<float>(pictureAs(input(DataType::Float32, 1, 2, 3), twoPixels(), 127.5F, 127.5F).value()),
            (std::vector<float>{1, -1, -1, -1, -1, 1}));
}

TEST(Pictures, ResizeBetweenHalfPixelCentres) {
  // Four columns over two pixels: centres at 0.25, 0.75, 1.25, 1.75, less one half; the edges repeat.
  const auto red = as<float>(pictureAs(input(DataType::Float32, 1, 4, 3), twoPixels(), 0, 1).value());
  EXPECT_FLOAT_EQ(red[0], 255);
  EXPECT_FLOAT_EQ(red[3], 255 * 0.75F);
  EXPECT_FLOAT_EQ(red[6], 255 * 0.25F);
  EXPECT_FLOAT_EQ(red[9], 0);
  EXPECT_EQ(as<uint8_t>(pictureAs(input(DataType::UInt8, 1, 4, 3), twoPixels(), 0, 1).value())[3], 191);
}

TEST(Pictures, RefuseInputsThatAreNone) {
  const auto flat = pictureAs({DataType::Float32, Shape::create({1, 10}).value(), {}}, twoPixels(), 0, 1);
  EXPECT_EQ(flat.status().code(), Code::InvalidArgument);
  EXPECT_FALSE(pictureAs(input(DataType::Int32, 1, 2, 3), twoPixels(), 0, 1).ok());
  EXPECT_EQ(pictureAs(input(DataType::UInt8, 1, 2, 3), "nobody.png", 0, 1).status().code(), Code::Io);
}

TEST(Pictures, RefuseWhatIsLargerThan64MPixel) {
  // The header alone tells the size; there is no need for the pixels.
  std::string bytes("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x40\0\0\0\x40\0\x08\x02\0\0\0\0\0\0\0", 33);
  const auto path = std::filesystem::path(testing::TempDir()) / "huge.png";
  ASSERT_TRUE(writeFile(path, bytes).ok());
  const auto picture = pictureAs(input(DataType::UInt8, 1, 2, 3), path, 0, 1);
  EXPECT_NE(picture.status().message().find("16384 x 16384 pixels, more than 64 MPixel"), std::string_view::npos)
      << picture.status().message();
}

}  // namespace
}  // namespace trireme::tools
