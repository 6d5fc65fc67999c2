#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace trireme::plan {

// Text for a terminal of so many columns.
inline constexpr size_t kColumns = 100;

// `lead` and `text`, broken between words (or inside one that is too long), continued under where `text` began.
std::string wrapped(const std::string& lead, std::string_view text);
// Of more than `most` letters the first and the last ones, "~" between them.
std::string shortened(std::string_view text, size_t most);
std::string bytesText(size_t bytes);                                // "900 bytes", "12.0 KiB", "3.4 MiB"
std::string macsText(int64_t macs);                                 // in millions: "12.3"
std::string shareText(double part, double whole);                   // "24 %"
std::string countText(size_t count, std::string_view noun);         // "1 node", "2 nodes"
std::string rangesText(std::span<const uint32_t> ascending);        // "0-3, 7"
std::string joinedText(std::string one, std::string_view another);  // with "; " where both are there

}  // namespace trireme::plan
