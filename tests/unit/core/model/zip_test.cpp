#include "core/model/zip.h"

#include <gmock/gmock.h>
#include <zlib.h>

#include <algorithm>
#include <string>

namespace trireme::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::span<const std::byte> bytesOf(std::string_view text) { return std::as_bytes(std::span(text)); }

std::vector<std::byte> archive(std::string_view prefix, std::vector<StoredFile> files) {
  std::vector<std::byte> result(bytesOf(prefix).begin(), bytesOf(prefix).end());
  EXPECT_TRUE(appendZip(result, files).ok());
  return result;
}

std::string contents(const ZipEntry& entry, size_t limit = 1000) {
  const auto bytes = unpack(entry, limit);
  if (!bytes.ok()) return std::string(bytes.status().message());
  return {reinterpret_cast<const char*>(bytes.value().data()), bytes.value().size()};
}

TEST(Zip, FindsWhatItAppended) {
  const auto file = archive("model", {{"a.txt", bytesOf("one")}, {"b/c.txt", bytesOf("")}});
  const auto entries = listZip(file);
  ASSERT_TRUE(entries.ok());
  ASSERT_EQ(entries.value().size(), 2u);
  EXPECT_EQ(entries.value()[0].name, "a.txt");
  EXPECT_EQ(contents(entries.value()[0]), "one");
  EXPECT_EQ(contents(entries.value()[1]), "");
}

TEST(Zip, WritesTheSameBytesEachTime) {
  EXPECT_EQ(archive("x", {{"a", bytesOf("one")}}), archive("x", {{"a", bytesOf("one")}}));
}

TEST(Zip, FindsNothingWhereThereIsNoArchive) {
  EXPECT_TRUE(listZip(bytesOf("just a model without anything behind it")).value().empty());
  EXPECT_TRUE(listZip({}).value().empty());
}

TEST(Zip, CountsOffsetsFromTheArchiveWhereTheWriterDid) {
  const auto alone = archive("", {{"a.txt", bytesOf("one")}});
  std::vector<std::byte> file(100 + alone.size(), std::byte{1});
  std::copy(alone.begin(), alone.end(), file.end() - static_cast<std::ptrdiff_t>(alone.size()));
  const auto entries = listZip(file);
  ASSERT_TRUE(entries.ok());
  EXPECT_EQ(contents(entries.value()[0]), "one");
}

TEST(Zip, TakesTheLaterOfTwoWithOneName) {
  const auto file = archive("", {{"a", bytesOf("old")}, {"b", bytesOf("b")}, {"a", bytesOf("new")}});
  const auto entries = listZip(file);
  ASSERT_EQ(entries.value().size(), 2u);
  EXPECT_EQ(entries.value()[0].name, "b");
  EXPECT_EQ(contents(entries.value()[1]), "new");
}

ZipEntry deflated(std::vector<std::byte>& packed, std::string_view text) {
  packed.resize(text.size() + 100);
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string input(text);
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  ZipEntry entry;
  entry.name = "labels.txt";
  entry.packed = packed;
  entry.bytes = static_cast<uint32_t>(text.size());
  entry.crc = static_cast<uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(text.data()), text.size()));
  entry.method = 8;
  return entry;
}

TEST(Zip, UnpacksDeflatedFiles) {
  std::vector<std::byte> packed;
  const std::string text(500, 'x');
  ZipEntry entry = deflated(packed, text);
  EXPECT_EQ(contents(entry), text);
  entry.bytes = 499;
  EXPECT_THAT(contents(entry), HasSubstr("'labels.txt' does not unpack"));
  entry.bytes = 501;
  EXPECT_THAT(contents(entry), HasSubstr("'labels.txt' does not unpack"));
}

TEST(Zip, UnpacksNothingBeyondTheLimit) {
  std::vector<std::byte> packed;
  const ZipEntry entry = deflated(packed, std::string(2000, 'x'));
  const auto bytes = unpack(entry, 1999);
  ASSERT_FALSE(bytes.ok());
  EXPECT_EQ(bytes.status().code(), Code::OutOfMemory);
  EXPECT_EQ(bytes.status().message(), "'labels.txt' unpacks to 2000 bytes, the limit is 1999");
}

TEST(Zip, NamesDamage) {
  const auto file = archive("", {{"a.txt", bytesOf("one")}});
  ZipEntry entry = listZip(file).value()[0];
  entry.crc ^= 1;
  EXPECT_THAT(contents(entry), HasSubstr("the checksum of 'a.txt' is wrong"));
  entry.crc ^= 1;
  entry.method = 12;
  EXPECT_EQ(contents(entry), "'a.txt' is packed by method 12");
  entry.encrypted = true;
  EXPECT_EQ(contents(entry), "'a.txt' is encrypted");
}

TEST(Zip, SurvivesEveryByteSetToAnything) {
  const auto good = archive("model", {{"a.txt", bytesOf("one")}, {"b.txt", bytesOf("two")}});
  for (size_t position = 0; position < good.size(); ++position) {
    for (unsigned value = 0; value < 256; ++value) {
      std::vector<std::byte> bad = good;
      bad[position] = static_cast<std::byte>(value);
      const auto entries = listZip(bad);
      if (!entries.ok()) continue;
      for (const ZipEntry& entry : entries.value()) (void)contents(entry);
    }
  }
}

}  // namespace
}  // namespace trireme::model
