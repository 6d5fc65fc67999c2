#pragma once

#include <functional>
#include <string>

#include "core/model/schema.h"
#include "trireme/interpreter.h"

namespace trireme {

namespace fb = model::fb;

// A small file put together by hand, table by table, so that any field can be wrong. As it stands it is right: RELU
// from tensor 0 'x' to tensor 1 'y', both float32 1x4, and a constant tensor 2 'c' of 16 bytes in buffer 1.
struct HandMade {
  struct Tensor {
    std::vector<int32_t> shape{1, 4}, signature{};
    int8_t type = 0;
    uint32_t buffer = 0;
    std::string name{};
    std::vector<float> scales{};
    std::vector<int64_t> zeroPoints{};
    int32_t axis = 0;
    bool hasQuantization = false, isVariable = false, sparse = false;
    uint32_t externalBuffer = 0;
  };
  struct Buffer {
    std::vector<uint8_t> data{};
    uint64_t offset = 0, size = 0;
  };
  struct Operator {
    uint32_t code = 0;
    std::vector<int32_t> inputs{0}, outputs{1}, intermediates{};
    std::vector<uint8_t> mutating{};
    uint64_t largeOffset = 0, largeSize = 0;
    std::vector<uint8_t> custom{};
    fb::BuiltinOptions type = fb::BuiltinOptions::NONE;
    std::function<flatbuffers::Offset<void>(flatbuffers::FlatBufferBuilder&)> options{};
  };
  struct Code {
    int8_t old = 19;  // RELU
    int32_t code = 19, version = 1;
    std::string custom{};
  };
  struct SubGraph {
    std::vector<Tensor> tensors{{.name = "x"}, {.name = "y"}, {.buffer = 1, .name = "c"}};
    std::vector<int32_t> inputs{0}, outputs{1};
    std::vector<Operator> operators{{}};
  };
  struct Signature {
    std::string key = "serving_default";
    uint32_t subgraph = 0, input = 0, output = 1;
  };
  struct Metadata {
    std::string name{};
    uint32_t buffer = 0;
  };
  uint32_t version = 3;
  std::string identifier = "TFL3";
  std::vector<Code> codes{{}};
  std::vector<SubGraph> subgraphs{{}};
  std::vector<Buffer> buffers{{}, {std::vector<uint8_t>(16, 0), 0, 0}};
  std::vector<Signature> signatures;
  std::vector<Metadata> metadata;
  std::vector<std::byte> behind;  // appended to the FlatBuffer

  std::vector<std::byte> file() const;
};

using LoadedModel = Result<std::shared_ptr<const Model>>;
// Loads from memory that is kept as long as the program: a model may be looked at after its maker went.
LoadedModel load(std::vector<std::byte> file);
LoadedModel load(const HandMade& made);
// The sentence with which it is refused; "loaded" when it is not, "not InvalidModel: ..." for another code.
std::string refusal(const HandMade& made);
std::string refusal(std::vector<std::byte> file);

}  // namespace trireme
