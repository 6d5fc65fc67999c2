// Asks a delegate, named as --delegate names it, for every cell of the matrix: a line each, the cell's name, a tab, and
// "taken" or the kinds of the reasons against it, blanks between. Exit code 77: there is no such delegate here.
#include <cstdio>
#include <string>

#include "tests/conformance/matrix/cells.h"
#include "trireme/trireme.h"

namespace trireme::conformance::matrix {
namespace {

std::string answerOf(const Delegate& delegate, const Graph& graph) {
  const std::vector<Support> answers = delegate.query(graph);
  if (answers.size() != 1) return "nothing";
  if (answers[0].ok()) return "taken";
  std::string kinds;
  for (const Reason& reason : answers[0].reasons()) {
    kinds += (kinds.empty() ? "" : " ") + std::string(reasonName(reason.code));
    if (reason.detail.empty()) kinds += " nothing";  // a refusal without a sentence
  }
  return kinds;
}

int run(const char* spec) {
  const DelegateResult delegate = createDelegate(spec, 1);
  if (!delegate.ok()) {
    std::printf("%s\n", std::string(delegate.status().message()).c_str());
    return 77;
  }
  for (const Group& group : allCells(Density::Usual).groups()) {
    for (const OpCase& cell : group.cells) {
      std::printf("%s: %s\t%s\n", group.name().c_str(), cell.name().c_str(),
                  answerOf(*delegate.value(), cell.graph()).c_str());
    }
  }
  return 0;
}

}  // namespace
}  // namespace trireme::conformance::matrix

int main(int count, char** words) { return count == 2 ? trireme::conformance::matrix::run(words[1]) : 2; }
