#include "delegates/gpu/dispatch_list.h"

#include <fmt/format.h>

#include <cstring>

namespace trireme::gpu {
namespace {

bool meet(const Binding& a, const Binding& b, size_t readSlack) {
  const auto end = [&](const Binding& one) { return one.offset + one.bytes + (one.written ? 0 : readSlack); };
  return a.buffer == b.buffer && a.offset < end(b) && b.offset < end(a);
}

std::string_view kindName(BufferSpec::Kind kind) {
  switch (kind) {
    case BufferSpec::Kind::Input:
      return "input";
    case BufferSpec::Kind::Output:
      return "output";
    case BufferSpec::Kind::Scratch:
      return "scratch";
    case BufferSpec::Kind::Weights:
      break;
  }
  return "weights";
}

std::string bindingText(const DispatchList& list, const Dispatch& dispatch, size_t i) {
  const Binding& binding = dispatch.bindings[i];
  const BufferSpec& buffer = list.buffers[binding.buffer];
  return fmt::format(" {}={}{}[{}+{}]", programInfo(dispatch.kernel.program).buffers[i].name, kindName(buffer.kind),
                     buffer.number, binding.offset, binding.bytes);
}

std::string paramsText(const Dispatch& dispatch) {
  std::string text;
  const std::vector<ParamInfo>& params = programInfo(dispatch.kernel.program).params;
  for (size_t i = 0; i < params.size(); ++i) {
    const std::byte* at = dispatch.params.data() + i * 4;
    if (params[i].isFloat) {
      float value;
      std::memcpy(&value, at, 4);
      text += fmt::format(" {}={}", params[i].name, value);
    } else {
      int32_t value;
      std::memcpy(&value, at, 4);
      text += fmt::format(" {}={}", params[i].name, value);
    }
  }
  return text;
}

}  // namespace

void markHazards(DispatchList& list, size_t readSlack) {
  size_t since = 0;  // the first dispatch after the last barrier
  for (size_t i = 0; i < list.dispatches.size(); ++i) {
    Dispatch& dispatch = list.dispatches[i];
    dispatch.barrierBefore = false;
    for (size_t before = since; before < i && !dispatch.barrierBefore; ++before) {
      for (const Binding& old : list.dispatches[before].bindings) {
        for (const Binding& now : dispatch.bindings) {
          if ((old.written || now.written) && meet(old, now, readSlack)) dispatch.barrierBefore = true;
        }
      }
    }
    if (dispatch.barrierBefore) since = i;
  }
}

std::string print(const DispatchList& list) {
  std::string text;
  for (size_t i = 0; i < list.buffers.size(); ++i) {
    text += fmt::format("buffer {}: {}{} {} bytes\n", i, kindName(list.buffers[i].kind), list.buffers[i].number,
                        list.buffers[i].bytes);
  }
  for (const Dispatch& dispatch : list.dispatches) {
    text += fmt::format("call {}: {} groups {}x{}x{}", dispatch.call, kernelText(dispatch.kernel), dispatch.groups[0],
                        dispatch.groups[1], dispatch.groups[2]);
    for (size_t i = 0; i < dispatch.bindings.size(); ++i) text += bindingText(list, dispatch, i);
    text += paramsText(dispatch);
    text += dispatch.barrierBefore ? " barrier\n" : "\n";
  }
  return text;
}

}  // namespace trireme::gpu
