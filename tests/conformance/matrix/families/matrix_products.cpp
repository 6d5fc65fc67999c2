// FULLY_CONNECTED, BATCH_MATMUL.
#include <fmt/format.h>

#include "tests/conformance/matrix/families.h"
#include "tests/conformance/matrix/weighted.h"

namespace trireme::conformance::matrix {
namespace {

constexpr size_t kSizes = std::size(kOddSizes);

void addDense(Cells& cells, Form form) {
  const std::vector<size_t> levels = {kSizes, kSizes, kSizes, std::size(kClamps), 6};
  for (const Choice& c : cells.choose(OpKind::FullyConnected, form, levels, 100)) {
    const int64_t rows = pick(kOddSizes, c[0]), depth = pick(kOddSizes, c[1]), units = pick(kOddSizes, c[2]);
    const Activation activation = pick(kClamps, c[3]);
    const bool bias = c[4] != 1, keeps = c[4] >= 4, perUnit = c[4] != 2, asymmetric = form == Form::Hybrid && c[4] == 3;
    const Sizes image = keeps ? Sizes{1, rows, depth} : c[4] == 3 ? Sizes{rows, 1, 1, depth} : Sizes{rows, depth};
    const Weighted types = weighted(form, {image, {units, depth}, 0, depth, perUnit});
    const std::string parameters =
        fmt::format("{} to {} units, {}, {}bias{}{}{}", text(image), units, name(activation), bias ? "" : "no ",
                    keeps ? ", keeps dimensions" : "", perUnit ? "" : ", one scale", asymmetric ? ", asymmetric" : "");
    cells.add(
        OpKind::FullyConnected, form, parameters,
        [&](OpCase& row, support::Random& random) { addWeighted(row, random, types, bias); },
        FullyConnectedParams{activation, false, keeps, asymmetric, DataType::Float32});
  }
}

// Batches of either side: equal, spread from one to many, or of another rank.
struct Batches {
  Sizes x, y;
};
const Batches kBatches[] = {{{}, {}}, {{2}, {2}}, {{3}, {1}}, {{1}, {5}}, {{2, 3}, {3}}, {{}, {2}}, {{2, 1}, {1, 3}}};

Sizes matrixOf(Sizes batch, int64_t rows, int64_t columns, bool adjoint) {
  batch.push_back(adjoint ? columns : rows);
  batch.push_back(adjoint ? rows : columns);
  return batch;
}

void addProducts(Cells& cells, Form form) {
  const std::vector<size_t> levels = {kSizes, kSizes, kSizes, std::size(kBatches), 4, 2};
  for (const Choice& c : cells.choose(OpKind::BatchMatmul, form, levels, 70)) {
    const Batches& batches = pick(kBatches, c[3]);
    Sizes sizes = {pick(kOddSizes, c[0]), pick(kOddSizes, c[1]), pick(kOddSizes, c[2])};
    limitElements(sizes, 6000);
    const bool adjointX = (c[4] & 1) != 0, adjointY = (c[4] & 2) != 0, constantY = c[5] == 1 || form == Form::Hybrid;
    const Sizes x = matrixOf(batches.x, sizes[0], sizes[1], adjointX);
    const Sizes y = matrixOf(batches.y, sizes[1], sizes[2], adjointY);
    const TensorType right = form == Form::Hybrid ? tensor(Form::Int8, y, 0.004f, 0) : tensor(form, y);
    Weighted scaled = weighted(form, {x, y, 0, sizes[1], true});
    if (isCodes(form)) scaled.out.quantization.scales[0] *= form == Form::Int16 ? 40.0f : 10.0f;
    const bool asymmetric = form == Form::Hybrid && c[5] == 1;
    const std::string parameters =
        fmt::format("{} by {}{}{}{}{}", text(x), text(y), adjointX ? ", adjoint x" : "", adjointY ? ", adjoint y" : "",
                    constantY ? ", constant y" : "", asymmetric ? ", asymmetric" : "");
    cells.add(
        OpKind::BatchMatmul, form, parameters,
        [&](OpCase& row, support::Random& random) {
          row.in(scaled.image, values(scaled.image, random, Spread::Wide));
          const std::vector<std::byte> bytes = values(right, random, Spread::Unit);
          constantY ? row.constant(right, bytes) : row.in(right, bytes);
          row.out(scaled.out);
        },
        BatchMatmulParams{adjointX, adjointY, asymmetric});
  }
}

}  // namespace

void addMatrixProducts(Cells& cells) {
  for (const Form form : {Form::Float32, Form::Int8, Form::Int8PerChannel, Form::UInt8, Form::Int16, Form::Hybrid}) {
    addDense(cells, form);
  }
  for (const Form form : {Form::Float32, Form::Int8, Form::Int16, Form::Hybrid}) addProducts(cells, form);
}

}  // namespace trireme::conformance::matrix
