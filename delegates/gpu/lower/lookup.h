#pragma once

#include "delegates/gpu/emitter.h"

// Operators of one 8- or 16-bit operand as tables: what the reference kernel makes of every code. Exact by
// construction.
namespace trireme::gpu {

// Types of which all codes fit in a table: int8, uint8, bool, int16.
bool hasTable(DataType dtype);
// A result for each code, from the lowest on, in the storage of the result's type.
std::vector<std::byte> tabulate(const Graph& graph, const Node& node);
// dst = table[src], where `table` has an entry a code of src's storage.
void emitLookup(Emitter& emitter, const Tensor& src, const Tensor& dst, const std::vector<std::byte>& table);

}  // namespace trireme::gpu
