#include "core/model/bodies.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/model/place.h"

namespace trireme::model {
namespace {

using Indices = std::vector<int64_t>;
using Ids = std::span<const SubgraphId>;
using flatbuffers::FlatBufferBuilder;

int32_t number(Ids bodies, size_t position) {
  return position < bodies.size() ? static_cast<int32_t>(index(bodies[position])) : 0;
}
std::vector<int32_t> numbers(Ids bodies) {
  std::vector<int32_t> result;
  for (const SubgraphId body : bodies) result.push_back(static_cast<int32_t>(index(body)));
  return result;
}
Indices all(const flatbuffers::Vector<int32_t>* indices) {
  return indices == nullptr ? Indices() : Indices(indices->begin(), indices->end());
}

// One operator with bodies: where its options lie, and how they are read and written.
struct BodyEntry {
  OpKind op;
  fb::BuiltinOptions type;
  fb::BuiltinOptions2 type2;
  Indices (*read)(const void* table);
  flatbuffers::Offset<void> (*write)(FlatBufferBuilder& builder, Ids bodies);
};

template <class Table, Indices (*Read)(const Table&), auto Write>
constexpr BodyEntry entry(OpKind op, fb::BuiltinOptions type, fb::BuiltinOptions2 type2) {
  return {op, type, type2, [](const void* table) { return Read(*static_cast<const Table*>(table)); },
          [](FlatBufferBuilder& builder, Ids bodies) { return Write(builder, bodies).Union(); }};
}

Indices readCall(const fb::CallOptions& o) { return {o.subgraph()}; }
auto writeCall(FlatBufferBuilder& b, Ids ids) {
  return fb::CreateCallOptions(b, static_cast<uint32_t>(number(ids, 0)));
}
Indices readIf(const fb::IfOptions& o) { return {o.then_subgraph_index(), o.else_subgraph_index()}; }
auto writeIf(FlatBufferBuilder& b, Ids ids) { return fb::CreateIfOptions(b, number(ids, 0), number(ids, 1)); }
Indices readWhile(const fb::WhileOptions& o) { return {o.cond_subgraph_index(), o.body_subgraph_index()}; }
auto writeWhile(FlatBufferBuilder& b, Ids ids) { return fb::CreateWhileOptions(b, number(ids, 0), number(ids, 1)); }
Indices readOnce(const fb::CallOnceOptions& o) { return {o.init_subgraph_index()}; }
auto writeOnce(FlatBufferBuilder& b, Ids ids) { return fb::CreateCallOnceOptions(b, number(ids, 0)); }
Indices readCustomCall(const fb::StablehloCustomCallOptions& o) { return all(o.called_computations()); }
auto writeCustomCall(FlatBufferBuilder& b, Ids ids) {
  return fb::CreateStablehloCustomCallOptions(b, b.CreateVector(numbers(ids)));
}
Indices readReduce(const fb::StablehloReduceOptions& o) { return {o.body_subgraph_index()}; }
auto writeReduce(FlatBufferBuilder& b, Ids ids) { return fb::CreateStablehloReduceOptions(b, number(ids, 0)); }
Indices readScatter(const fb::StablehloScatterOptions& o) { return {o.update_computation_subgraph_index()}; }
auto writeScatter(FlatBufferBuilder& b, Ids ids) { return fb::CreateStablehloScatterOptions(b, number(ids, 0)); }
Indices readWindow(const fb::StablehloReduceWindowOptions& o) { return {o.body_subgraph_index()}; }
auto writeWindow(FlatBufferBuilder& b, Ids ids) { return fb::CreateStablehloReduceWindowOptions(b, number(ids, 0)); }
Indices readSort(const fb::StablehloSortOptions& o) { return {o.comparator_subgraph_index()}; }
auto writeSort(FlatBufferBuilder& b, Ids ids) { return fb::CreateStablehloSortOptions(b, number(ids, 0)); }
Indices readHloWhile(const fb::StablehloWhileOptions& o) { return {o.cond_subgraph_index(), o.body_subgraph_index()}; }
auto writeHloWhile(FlatBufferBuilder& b, Ids ids) {
  return fb::CreateStablehloWhileOptions(b, number(ids, 0), number(ids, 1));
}
Indices readComposite(const fb::StablehloCompositeOptions& o) { return {o.decomposition_subgraph_index()}; }
auto writeComposite(FlatBufferBuilder& b, Ids ids) { return fb::CreateStablehloCompositeOptions(b, number(ids, 0)); }
Indices readCase(const fb::StablehloCaseOptions& o) { return all(o.branch_subgraph_indices()); }
auto writeCase(FlatBufferBuilder& b, Ids ids) {
  return fb::CreateStablehloCaseOptions(b, b.CreateVector(numbers(ids)));
}

using One = fb::BuiltinOptions;
using Two = fb::BuiltinOptions2;
constexpr BodyEntry kBodies[] = {
    entry<fb::CallOptions, readCall, writeCall>(OpKind::Call, One::CallOptions, Two::NONE),
    entry<fb::IfOptions, readIf, writeIf>(OpKind::If, One::IfOptions, Two::NONE),
    entry<fb::WhileOptions, readWhile, writeWhile>(OpKind::While, One::WhileOptions, Two::NONE),
    entry<fb::CallOnceOptions, readOnce, writeOnce>(OpKind::CallOnce, One::CallOnceOptions, Two::NONE),
    entry<fb::StablehloCustomCallOptions, readCustomCall, writeCustomCall>(OpKind::StablehloCustomCall, One::NONE,
                                                                           Two::StablehloCustomCallOptions),
    entry<fb::StablehloReduceOptions, readReduce, writeReduce>(OpKind::StablehloReduce, One::NONE,
                                                               Two::StablehloReduceOptions),
    entry<fb::StablehloScatterOptions, readScatter, writeScatter>(OpKind::StablehloScatter, One::NONE,
                                                                  Two::StablehloScatterOptions),
    entry<fb::StablehloReduceWindowOptions, readWindow, writeWindow>(OpKind::StablehloReduceWindow, One::NONE,
                                                                     Two::StablehloReduceWindowOptions),
    entry<fb::StablehloSortOptions, readSort, writeSort>(OpKind::StablehloSort, One::NONE, Two::StablehloSortOptions),
    entry<fb::StablehloWhileOptions, readHloWhile, writeHloWhile>(OpKind::StablehloWhile, One::NONE,
                                                                  Two::StablehloWhileOptions),
    entry<fb::StablehloCompositeOptions, readComposite, writeComposite>(OpKind::StablehloComposite, One::NONE,
                                                                        Two::StablehloCompositeOptions),
    entry<fb::StablehloCaseOptions, readCase, writeCase>(OpKind::StablehloCase, One::NONE, Two::StablehloCaseOptions),
};

const BodyEntry* find(OpKind op) {
  for (const BodyEntry& entry : kBodies) {
    if (entry.op == op) return &entry;
  }
  return nullptr;
}

}  // namespace

Result<std::vector<int64_t>> readBodies(OpKind op, const fb::Operator& node) {
  const BodyEntry* entry = find(op);
  if (entry == nullptr) return Indices();
  const bool first = entry->type != One::NONE;
  const void* table = first ? node.builtin_options() : node.builtin_options_2();
  const bool expected =
      first ? node.builtin_options_type() == entry->type : node.builtin_options_2_type() == entry->type2;
  if (table == nullptr || !expected) return broken("the options that name its subgraphs are missing");
  return entry->read(table);
}

bool bodiesTellAll(OpKind op) {
  constexpr OpKind kAll[] = {OpKind::Call,           OpKind::If,           OpKind::While, OpKind::CallOnce,
                             OpKind::StablehloWhile, OpKind::StablehloCase};
  return std::ranges::find(kAll, op) != std::end(kAll);
}

WrittenBodies writeBodies(FlatBufferBuilder& builder, OpKind op, std::span<const SubgraphId> bodies) {
  WrittenBodies written;
  const BodyEntry* entry = find(op);
  if (entry == nullptr) return written;
  written.type = entry->type;
  written.type2 = entry->type2;
  (entry->type != One::NONE ? written.options : written.options2) = entry->write(builder, bodies);
  return written;
}

}  // namespace trireme::model
