// The weights of Net's layers: drawn, then normalised as a settled batch normalisation would, and folded.
#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "tools/zoo/net.h"
#include "tools/zoo/random.h"

namespace trireme::zoo {
namespace {

// Spread of the normalisation's learnt scale and shift over the channels.
constexpr float kScaleSpread = 0.1F, kShiftSpread = 0.25F;
// From so many input channels on, the weights over one output's channels sum to zero: what all channels have in common
// then does not add up from layer to layer, which would drown what the input says.
constexpr int64_t kBalancedChannels = 16;

// The weights that make one output channel; `step` elements apart.
struct Filters {
  float* first;
  int64_t count, step;
  float& at(int64_t i) const { return first[i * step]; }
};

// Over `depth` neighbouring weights at a time: the channels of the input at one tap.
void balance(const Filters& own, int64_t depth) {
  if (depth < kBalancedChannels) return;
  for (int64_t begin = 0; begin < own.count; begin += depth) {
    double sum = 0;
    for (int64_t i = 0; i < depth; ++i) sum += double(own.at(begin + i));
    const auto mean = static_cast<float>(sum / double(depth));
    for (int64_t i = 0; i < depth; ++i) own.at(begin + i) -= mean;
  }
}

struct Expected {
  double mean = 0, variance = 0;
};
// Of the sum of products; `channel` is that of every weight, or -1 where weights go through the channels in turn.
Expected expected(const Filters& own, const Moments& in, int64_t channel) {
  Expected sum;
  for (int64_t i = 0; i < own.count; ++i) {
    const size_t c = channel < 0 ? static_cast<size_t>(i) % in.channels() : static_cast<size_t>(channel);
    const double weight = double(own.at(i));
    sum.mean += weight * in.mean[c];
    sum.variance += weight * weight * in.variance[c];
  }
  return sum;
}

// The learnt part of a normalisation, for each channel, and what it makes of what is expected.
class Normalization {
 public:
  Normalization(uint64_t seed, const std::string& name, Target target)
      : scales_(seed, name + "/scale"), shifts_(seed, name + "/shift"), target_(target) {}
  double deviation(uint64_t channel) const {
    return target_.deviation * double(1 + kScaleSpread * scales_.bell(channel));
  }
  double variance(uint64_t channel) const { return deviation(channel) * deviation(channel); }
  float shift(uint64_t channel) const {
    return static_cast<float>(target_.mean + target_.deviation * double(kShiftSpread * shifts_.bell(channel)));
  }
  // Rounded before it is used, so that the last bit of a library's exp() does not reach the weights.
  float factor(uint64_t channel, double variance) const {
    return static_cast<float>(deviation(channel) / std::sqrt(std::max(variance, 1e-12)));
  }

 private:
  CounterRandom scales_, shifts_;
  Target target_;
};

}  // namespace

Net::Drawn Net::draw(const std::string& name, ValueId from, const Filter& filter, bool centred, Target target) const {
  const Moments& in = moments(from);
  const auto depth = static_cast<int64_t>(in.channels());
  const int64_t outputs = filter.perChannel ? depth : filter.shape.dim(0);
  const auto elements = static_cast<size_t>(filter.shape.elements());
  TRIREME_CHECK(elements == static_cast<size_t>(outputs * filter.inputs), "a filter is outputs x inputs");
  const CounterRandom random(seed_, name + "/weights");
  const Normalization normalization(seed_, name, target);

  Drawn drawn;
  drawn.weights.resize(elements);
  for (size_t i = 0; i < elements; ++i) drawn.weights[i] = random.bell(i);
  drawn.moments = uniformMoments(static_cast<size_t>(outputs), 0, 0);
  for (int64_t o = 0; o < outputs; ++o) {
    // Weights of one output lie together (OHWI), but for depthwise filters (HWO).
    float* const weights = drawn.weights.data();
    const Filters own = filter.perChannel ? Filters{weights + o, filter.inputs, outputs}
                                          : Filters{weights + o * filter.inputs, filter.inputs, 1};
    if (!filter.perChannel) balance(own, depth);
    const Expected sum = expected(own, in, filter.perChannel ? o : -1);
    const auto at = static_cast<size_t>(o);
    const float factor = normalization.factor(at, sum.variance), shift = normalization.shift(at);
    for (int64_t i = 0; i < own.count; ++i) own.at(i) *= factor;
    const double mean = sum.mean * double(factor);
    drawn.bias.push_back(centred ? shift - static_cast<float>(mean) : 0);
    drawn.moments.mean[at] = centred ? double(shift) : mean;
    drawn.moments.variance[at] = normalization.variance(at);
  }
  return drawn;
}

ValueId Net::normalize(const std::string& name, ValueId from, Target target) {
  const Moments in = moments(from);
  const Normalization normalization(seed_, name, target);
  std::vector<float> factors, terms;
  Moments multiplied = in, out = in;
  for (size_t c = 0; c < in.channels(); ++c) {
    const float factor = normalization.factor(c, in.variance[c]), offset = normalization.shift(c);
    factors.push_back(factor);
    multiplied.mean[c] = in.mean[c] * double(factor);
    terms.push_back(offset - static_cast<float>(multiplied.mean[c]));
    multiplied.variance[c] = out.variance[c] = normalization.variance(c);
    out.mean[c] = double(offset);
  }
  const Shape shape = Shape::create({static_cast<int64_t>(in.channels())}).value();
  const ValueId by = numbers(name + "/mul/factors", shape, factors);
  const ValueId scaled =
      node(OpKind::Mul, ActivationParams(), name + "/mul", {from, by}, this->shape(from), multiplied);
  const ValueId shift = numbers(name + "/add/terms", shape, terms);
  return node(OpKind::Add, AddParams(), name + "/add", {scaled, shift}, this->shape(from), out);
}

}  // namespace trireme::zoo
