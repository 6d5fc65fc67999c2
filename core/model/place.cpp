#include "core/model/place.h"

#include <fmt/format.h>

namespace trireme::model {
namespace {

constexpr size_t kLongestName = 64;

}  // namespace

Status broken(std::string sentence) { return Status::error(Code::InvalidModel, std::move(sentence)); }

std::string quoted(std::string_view text) {
  std::string result = "'";
  for (const char letter : text.substr(0, kLongestName)) {
    const bool plain = letter >= ' ' && letter != '\x7f';  // bytes of UTF-8 above 127 are negative or pass
    result += plain || static_cast<unsigned char>(letter) >= 0x80 ? letter : '?';
  }
  return result + (text.size() > kLongestName ? "...'" : "'");
}

std::string_view text(const flatbuffers::String* string) {
  return string == nullptr ? std::string_view() : std::string_view(string->c_str(), string->size());
}

std::string tensorPlace(uint32_t subgraph, uint32_t tensor, const fb::SubGraph& graph) {
  const std::string_view name = text(graph.tensors()->Get(tensor)->name());
  return fmt::format("subgraph {}, tensor {}{}{}", subgraph, tensor, name.empty() ? "" : " ",
                     name.empty() ? "" : quoted(name));
}

std::string nodePlace(uint32_t subgraph, uint32_t node, std::string_view op) {
  return fmt::format("subgraph {}, operator {} {}", subgraph, node, op);
}

}  // namespace trireme::model
