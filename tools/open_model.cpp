#include "tools/open_model.h"

#include "tools/zoo/generate.h"

namespace trireme::tools {
namespace {

constexpr std::string_view kZoo = "zoo:";

struct Generated {
  std::vector<std::byte> bytes;
  std::shared_ptr<const Model> model;  // reads the bytes
};

}  // namespace

Result<std::shared_ptr<const Model>> openModel(const std::string& word) {
  if (!word.starts_with(kZoo)) return Model::fromFile(word);
  const std::string_view rest = std::string_view(word).substr(kZoo.size());
  const size_t colon = rest.find(':');
  TRIREME_ASSIGN(const zoo::Network* network, zoo::findNetwork(rest.substr(0, colon)));
  zoo::Form form = zoo::Form::Float32;
  if (colon != std::string_view::npos) {
    TRIREME_ASSIGN(form, zoo::findForm(rest.substr(colon + 1)));
  }
  auto generated = std::make_shared<Generated>();
  TRIREME_ASSIGN(generated->bytes, zoo::generate(*network, form, zoo::kDefaultSeed));
  TRIREME_ASSIGN(generated->model, Model::fromBuffer(generated->bytes));
  const Model* model = generated->model.get();
  return std::shared_ptr<const Model>(std::move(generated), model);
}

}  // namespace trireme::tools
