#pragma once

#include <algorithm>

#include "core/model/place.h"

namespace trireme::model {

// Tables of a small file can point at one large vector or name again and again; what we make of them, and the time it
// takes, must stay of the file's order. Honest files share names and little else.
class Allowance {
 public:
  explicit Allowance(size_t fileBytes) : left_(4 * fileBytes + (size_t{1} << 16)) {}
  void spend(size_t bytes) {
    spent_ = spent_ || bytes > left_;
    left_ -= std::min(bytes, left_);
  }
  template <class T>
  void spend(const flatbuffers::Vector<T>* vector) {
    spend(size_t{count(vector)} * sizeof(T));
  }
  void spend(const flatbuffers::String* string) { spend(text(string).size()); }
  bool isSpent() const { return spent_; }
  Status status() const {
    return spent_ ? broken("its tables share so much that the model would outgrow the file") : Status();
  }

 private:
  size_t left_;
  bool spent_ = false;
};

}  // namespace trireme::model
