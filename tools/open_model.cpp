#include "tools/open_model.h"

#include "tools/zoo/generate.h"

namespace trireme::tools {
namespace {

constexpr std::string_view kZoo = "zoo:";

struct Generated {
  std::vector<std::byte> bytes;
  std::shared_ptr<const Model> model;  // reads the bytes
};

struct Wanted {
  const zoo::Network* network = nullptr;
  zoo::Form form = zoo::Form::Float32;
};

Result<Wanted> wantedOf(const std::string& word) {
  const std::string_view rest = std::string_view(word).substr(kZoo.size());
  const size_t colon = rest.find(':');
  Wanted wanted;
  TRIREME_ASSIGN(wanted.network, zoo::findNetwork(rest.substr(0, colon)));
  if (colon != std::string_view::npos) {
    TRIREME_ASSIGN(wanted.form, zoo::findForm(rest.substr(colon + 1)));
  }
  return wanted;
}

}  // namespace

bool isGenerated(const std::string& word) { return word.starts_with(kZoo); }

Status checkModelWord(const std::string& word) {
  return isGenerated(word) ? wantedOf(word).status() : Model::fromFile(word).status();
}

Result<std::shared_ptr<const Model>> openModel(const std::string& word) {
  if (!isGenerated(word)) return Model::fromFile(word);
  TRIREME_ASSIGN(const Wanted wanted, wantedOf(word));
  auto generated = std::make_shared<Generated>();
  TRIREME_ASSIGN(generated->bytes, zoo::generate(*wanted.network, wanted.form, zoo::kDefaultSeed));
  TRIREME_ASSIGN(generated->model, Model::fromBuffer(generated->bytes));
  const Model* model = generated->model.get();
  return std::shared_ptr<const Model>(std::move(generated), model);
}

}  // namespace trireme::tools
