#include "core/partition_pool.h"

#include "core/run/program.h"

namespace trireme::core {
namespace {

bool same(const BufferNeed& a, const BufferNeed& b) { return a.bytes == b.bytes && a.alignment == b.alignment; }

bool sameMemory(const PartitionNeeds& a, const PartitionNeeds& b) {
  bool equal = a.inputs.size() == b.inputs.size() && a.outputs.size() == b.outputs.size() && same(a.scratch, b.scratch);
  for (size_t i = 0; equal && i < a.inputs.size(); ++i) equal = same(a.inputs[i], b.inputs[i]);
  for (size_t i = 0; equal && i < a.outputs.size(); ++i) equal = same(a.outputs[i], b.outputs[i]);
  return equal;
}

}  // namespace

PartitionPool::Lease::~Lease() {
  if (!pool_) return;
  std::lock_guard lock(pool_->mutex_);
  --copy_->bound;
}

PartitionPool::PartitionPool(const Graph& graph, PlannedPartition partition, Delegate& delegate,
                             const CompileOptions& options)
    : graph_(graph), partition_(std::move(partition)), delegate_(delegate), options_(options) {}

Status PartitionPool::addCopy() {
  const PartitionView view{graph_, partition_.nodes, partition_.inputs, partition_.outputs};
  auto made = run::guarded("compiling", [&] { return delegate_.compile(view, options_); });
  if (!made.ok()) return made.status();
  std::unique_ptr<CompiledPartition> compiled = std::move(made).value();
  if (!compiled) return Status::error(Code::Internal, "compiling gave no partition and no reason");
  if (!copies_.empty() && !sameMemory(first().needs(), compiled->needs())) {
    return Status::error(Code::Internal, "compiled again, the partition needs other memory than the first time");
  }
  copies_.push_back({std::move(compiled), 0});
  first_ = copies_.front().compiled.get();
  return {};
}

Status PartitionPool::compile(int frames) {
  std::lock_guard lock(mutex_);
  if (copies_.empty()) TRIREME_TRY(addCopy());
  const int most = first().needs().maxBound;
  while (most > 0 && int(copies_.size()) * most < frames) TRIREME_TRY(addCopy());
  return {};
}

Result<PartitionPool::Lease> PartitionPool::lease() {
  std::lock_guard lock(mutex_);
  const int most = first().needs().maxBound;
  for (Copy& copy : copies_) {
    if (most > 0 && copy.bound >= most) continue;
    ++copy.bound;
    return Lease(*this, copy);
  }
  TRIREME_TRY(addCopy());  // more interpreters than were foreseen
  ++copies_.back().bound;
  return Lease(*this, copies_.back());
}

size_t PartitionPool::weightBytes() const {
  std::lock_guard lock(mutex_);
  size_t bytes = 0;
  for (const Copy& copy : copies_) bytes += copy.compiled->needs().weightBytes;
  return bytes;
}

}  // namespace trireme::core
