#include "tools/npy.h"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <optional>
#include <regex>

#include "core/base/mapped_file.h"

namespace trireme::tools {
namespace {

constexpr std::string_view kMagic("\x93NUMPY", 6);

struct TypeName {
  std::string_view npy;
  DataType dtype;
};
// The first line of a type is how it is written.
constexpr std::array<TypeName, 17> kTypes{{{"<f4", DataType::Float32},
                                           {"<f2", DataType::Float16},
                                           {"<f8", DataType::Float64},
                                           {"<i4", DataType::Int32},
                                           {"<u4", DataType::UInt32},
                                           {"|u1", DataType::UInt8},
                                           {"|i1", DataType::Int8},
                                           {"<i8", DataType::Int64},
                                           {"<u8", DataType::UInt64},
                                           {"<i2", DataType::Int16},
                                           {"<u2", DataType::UInt16},
                                           {"|b1", DataType::Bool},
                                           {"<c8", DataType::Complex64},
                                           {"<c16", DataType::Complex128},
                                           {"<u2", DataType::BFloat16},
                                           {"|u1", DataType::Float8E4M3},
                                           {"|u1", DataType::Float8E5M2}}};

Status wrong(const std::filesystem::path& path, std::string_view what) {
  return Status::error(Code::InvalidArgument, fmt::format("'{}' cannot be used: {}", path.string(), what));
}

struct Header {
  std::string type;
  bool fortran = false;
  std::vector<int64_t> dims;
};

// The header is a Python dictionary with three keys, in any order.
std::optional<Header> parseHeader(const std::string& text) {
  static const std::regex typePattern(R"('descr'\s*:\s*'([^']*)')");
  static const std::regex orderPattern(R"('fortran_order'\s*:\s*(True|False))");
  static const std::regex shapePattern(R"('shape'\s*:\s*\(([0-9,\s]*)\))");
  static const std::regex number(R"([0-9]{1,18})");
  std::smatch type, order, shape;
  if (!std::regex_search(text, type, typePattern) || !std::regex_search(text, order, orderPattern) ||
      !std::regex_search(text, shape, shapePattern)) {
    return std::nullopt;
  }
  Header header{type[1], order[1] == "True", {}};
  const std::string dims = shape[1];
  for (std::sregex_iterator it(dims.begin(), dims.end(), number), end; it != end; ++it) {
    header.dims.push_back(std::stoll(it->str()));
  }
  return header;
}

// Where the header begins and how long it is; none for what is not .npy.
std::optional<std::pair<size_t, size_t>> locateHeader(std::span<const std::byte> bytes) {
  if (bytes.size() < 10 || std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0) return std::nullopt;
  const auto byte = [&](size_t i) { return static_cast<size_t>(bytes[i]); };
  const size_t major = byte(6);
  if (major == 1) return std::pair{size_t{10}, byte(8) | byte(9) << 8};
  if ((major == 2 || major == 3) && bytes.size() >= 12) {
    return std::pair{size_t{12}, byte(8) | byte(9) << 8 | byte(10) << 16 | byte(11) << 24};
  }
  return std::nullopt;
}

}  // namespace

Result<NpyArray> readNpy(const std::filesystem::path& path) {
  TRIREME_ASSIGN(const auto file, base::FileBytes::map(path));
  const std::span<const std::byte> bytes = file->bytes();
  const auto place = locateHeader(bytes);
  if (!place) return wrong(path, "it is not a NumPy .npy file");
  const auto [begin, length] = *place;
  if (length > 65536 || bytes.size() - begin < length) return wrong(path, "its .npy header is cut off or too long");
  const std::string text(reinterpret_cast<const char*>(bytes.data()) + begin, length);
  const std::optional<Header> header = parseHeader(text);
  if (!header) return wrong(path, "its .npy header cannot be read (structured or object types are not taken)");

  std::string wanted = header->type;
  if (!wanted.empty() && (wanted[0] == '=' || (wanted[0] == '<' && wanted.ends_with('1')))) {
    wanted[0] = wanted.ends_with('1') ? '|' : '<';
  }
  const auto* known = std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeName& t) { return t.npy == wanted; });
  if (known == kTypes.end()) return wrong(path, fmt::format("elements of type '{}' are not taken", header->type));
  if (header->fortran && header->dims.size() > 1) return wrong(path, "it is in Fortran order; save it in C order");

  NpyArray array;
  array.dtype = known->dtype;
  const auto shape = Shape::create(header->dims);
  if (!shape.ok()) return wrong(path, shape.status().message());
  array.shape = shape.value();
  TRIREME_ASSIGN(const size_t size, byteSize({array.dtype, array.shape, {}}));
  const std::span<const std::byte> data = bytes.subspan(begin + length);
  if (data.size() < size) {
    return wrong(path, fmt::format("it holds {} bytes, {} of shape {} needs {}", data.size(), dataTypeName(array.dtype),
                                   array.shape.text(), size));
  }
  array.bytes.assign(data.begin(), data.begin() + static_cast<ptrdiff_t>(size));
  return array;
}

Result<std::vector<std::byte>> npyBytes(const TensorType& type, std::span<const std::byte> elements) {
  const auto* known =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeName& t) { return t.dtype == type.dtype; });
  if (known == kTypes.end()) {
    return Status::error(Code::Unsupported, fmt::format("NumPy has no type for {}", dataTypeName(type.dtype)));
  }
  std::string dims;
  for (const int64_t dim : type.shape.dims()) dims += fmt::format("{}, ", dim);
  if (type.shape.rank() > 1) dims.resize(dims.size() - 2);
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", known->npy,
                                   type.shape.rank() == 1 ? dims.substr(0, dims.size() - 1) : dims);
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  std::string front(kMagic);
  front += {'\1', '\0', char(header.size() & 0xff), char(header.size() >> 8)};
  front += header;
  std::vector<std::byte> bytes(front.size() + elements.size());
  std::memcpy(bytes.data(), front.data(), front.size());
  if (!elements.empty()) std::memcpy(bytes.data() + front.size(), elements.data(), elements.size());
  return bytes;
}

}  // namespace trireme::tools
