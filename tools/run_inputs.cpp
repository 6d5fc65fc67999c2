#include "tools/run_inputs.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstring>
#include <random>

#include "core/base/random_values.h"
#include "tools/npy.h"
#include "tools/pictures.h"

namespace trireme::tools {
namespace {

struct Named {
  int index = 0;
  std::string file;
};

// The input that K names: by name first, else by position.
Result<int> findInput(std::string_view option, const std::string& key, std::span<const std::string> names) {
  const auto exact = std::find(names.begin(), names.end(), key);
  if (exact != names.end()) return int(exact - names.begin());
  int position = -1;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), position);
  if (error == std::errc() && end == key.data() + key.size() && position >= 0 && size_t(position) < names.size()) {
    return position;
  }
  return Status::error(Code::InvalidArgument, fmt::format("{} {}: the model has no such input; it has {} ('{}')",
                                                          option, key, names.size(), fmt::join(names, "', '")));
}

Result<std::vector<Named>> split(std::string_view option, const std::vector<std::string>& words,
                                 std::span<const std::string> names) {
  std::vector<Named> result;
  for (const std::string& word : words) {
    auto [key, file] = splitAtEquals(word);
    if (key.empty() || file.empty()) {
      return Status::error(Code::InvalidArgument, fmt::format("{} {}: expected K=FILE", option, word));
    }
    TRIREME_ASSIGN(const int index, findInput(option, key, names));
    result.push_back({index, std::move(file)});
  }
  return result;
}

std::vector<std::string> namesOf(const Interpreter& interpreter) {
  std::vector<std::string> names;
  for (int i = 0; i < interpreter.inputCount(); ++i) names.emplace_back(interpreter.inputName(i));
  return names;
}

std::vector<std::string> namesOf(const Graph& graph, const Model& model, std::string_view signature) {
  std::vector<std::string> names;
  for (const ValueId id : graph.inputs()) {
    std::string name = graph.value(id).name;
    for (const Signature& known : model.signatures()) {
      if (signature.empty() || known.key != signature) continue;
      for (const auto& [alias, value] : known.inputs) name = value == id ? alias : name;
    }
    names.push_back(std::move(name));
  }
  return names;
}

Status put(std::string_view name, TensorView view, std::span<const std::byte> bytes) {
  if (bytes.size() != view.bytes.size()) {
    return Status::error(Code::InvalidArgument, fmt::format("input '{}' takes {} bytes, {} were given", name,
                                                            view.bytes.size(), bytes.size()));
  }
  if (!bytes.empty()) std::memcpy(view.bytes.data(), bytes.data(), bytes.size());
  return {};
}

Status putArray(const Named& given, std::string_view name, TensorView view) {
  TRIREME_ASSIGN(const NpyArray array, readNpy(given.file));
  if (array.dtype != view.type->dtype || array.shape != view.type->shape) {
    return Status::error(
        Code::InvalidArgument,
        fmt::format("input {} '{}' is {} {}, '{}' holds {} {}", given.index, name, dataTypeName(view.type->dtype),
                    view.type->shape.text(), given.file, dataTypeName(array.dtype), array.shape.text()));
  }
  return put(name, view, array.bytes);
}

}  // namespace

void declareInputs(CLI::App& app, InputWords& words) {
  app.add_option("--input", words.arrays, "K=FILE.npy: an input by name or position; repeatable; K=@FILE for odd names")
      ->allow_extra_args(false)
      ->take_all()
      ->type_name("K=FILE");
  app.add_option("--image", words.images,
                 "K=FILE: PNG, JPEG or BMP, resized bilinearly; float32: (value - mean) / std, uint8: the value, int8: "
                 "the value minus 128; repeatable")
      ->allow_extra_args(false)
      ->take_all()
      ->type_name("K=FILE");
  app.add_option("--mean", words.mean, "of --image")->capture_default_str();
  app.add_option("--std", words.deviation, "of --image")
      ->capture_default_str()
      ->check(CLI::Validator([](std::string& s) { return std::stof(s) == 0 ? "must not be 0" : ""; }, "NONZERO"));
  app.add_option("--random", words.seed, "fills every input that was not given")->type_name("SEED");
}

Result<const Graph*> chosenGraph(const Model& model, std::string_view signature) {
  if (model.subgraphs().empty()) return Status::error(Code::InvalidModel, "the model has no subgraph");
  if (signature.empty()) return &model.subgraphs()[0];
  std::vector<std::string> keys;
  for (const Signature& known : model.signatures()) {
    if (known.key == signature) return &model.subgraphs()[index(known.subgraph)];
    keys.push_back(known.key);
  }
  return Status::error(Code::InvalidArgument, fmt::format("the model has no signature '{}'; it has {} ('{}')",
                                                          signature, keys.size(), fmt::join(keys, "', '")));
}

Status resizeToArrays(const InputWords& words, const Model& model, std::string_view signature, Options& options) {
  TRIREME_ASSIGN(const Graph* graph, chosenGraph(model, signature));
  const std::vector<std::string> names = namesOf(*graph, model, signature);
  TRIREME_ASSIGN(const std::vector<Named> arrays, split("--input", words.arrays, names));
  for (const Named& given : arrays) {
    const Value& value = graph->value(graph->inputs()[size_t(given.index)]);
    TRIREME_ASSIGN(const NpyArray array, readNpy(given.file));
    if (array.dtype == value.type.dtype && array.shape != value.type.shape && !value.declared.isKnown()) {
      options.resizeInput(given.index, array.shape);
    }
  }
  return {};
}

Status fillInputs(const InputWords& words, Interpreter& interpreter) {
  const std::vector<std::string> names = namesOf(interpreter);
  std::vector<bool> given(names.size());
  TRIREME_ASSIGN(const std::vector<Named> arrays, split("--input", words.arrays, names));
  TRIREME_ASSIGN(const std::vector<Named> images, split("--image", words.images, names));
  for (const Named& array : arrays) {
    TRIREME_ASSIGN(const TensorView view, interpreter.frame().input(array.index));
    TRIREME_TRY(putArray(array, names[size_t(array.index)], view));
    given[size_t(array.index)] = true;
  }
  for (const Named& image : images) {
    TRIREME_ASSIGN(const TensorView view, interpreter.frame().input(image.index));
    TRIREME_ASSIGN(const std::vector<std::byte> bytes, pictureAs(*view.type, image.file, words.mean, words.deviation));
    TRIREME_TRY(put(names[size_t(image.index)], view, bytes));
    given[size_t(image.index)] = true;
  }
  std::mt19937_64 generator(words.seed.value_or(0));
  for (size_t i = 0; i < names.size(); ++i) {
    if (given[i]) continue;
    TRIREME_ASSIGN(const TensorView view, interpreter.frame().input(int(i)));
    if (!words.seed) {
      return Status::error(Code::InvalidArgument,
                           fmt::format("input {} '{}' ({} {}) was not given: use --input, --image or --random", i,
                                       names[i], dataTypeName(view.type->dtype), view.type->shape.text()));
    }
    if (const Status filled = base::fillRandom(view, generator); !filled.ok()) {
      return Status::error(filled.code(), fmt::format("--random: input '{}' is {}; give it with --input", names[i],
                                                      dataTypeName(view.type->dtype)));
    }
  }
  return {};
}

}  // namespace trireme::tools
