// The weights of Net's layers: drawn, then normalised as a settled batch normalisation would, and folded.
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

// One output element's weights over the channels of the input at one tap.
struct Row {
  float* first;
  int64_t length;
};
void balance(const Row& row) {
  if (row.length < kBalancedChannels) return;
  double sum = 0;
  for (int64_t i = 0; i < row.length; ++i) sum += double(row.first[i]);
  const auto mean = static_cast<float>(sum / double(row.length));
  for (int64_t i = 0; i < row.length; ++i) row.first[i] -= mean;
}

struct Sum {
  double mean = 0, variance = 0;
  void add(float weight, double channelMean, double channelVariance) {
    mean += double(weight) * channelMean;
    variance += double(weight) * double(weight) * channelVariance;
  }
};

}  // namespace

Net::Drawn Net::draw(const std::string& name, ValueId from, const Filter& filter, bool centred, Target target) const {
  const Moments& in = moments(from);
  const auto depth = static_cast<int64_t>(in.channels());
  const int64_t outputs = filter.perChannel ? depth : filter.shape.dim(0);
  const auto elements = static_cast<size_t>(filter.shape.elements());
  TRIREME_CHECK(elements == static_cast<size_t>(outputs * filter.inputs), "a filter is outputs x inputs");
  const CounterRandom random(seed_, name + "/weights"), scales(seed_, name + "/scale"), shifts(seed_, name + "/shift");

  Drawn drawn;
  drawn.weights.resize(elements);
  for (size_t i = 0; i < elements; ++i) drawn.weights[i] = random.bell(i);
  drawn.moments = uniformMoments(static_cast<size_t>(outputs), 0, 0);
  for (int64_t o = 0; o < outputs; ++o) {
    // Weights of one output lie together (OHWI), but for depthwise filters (HWO).
    const int64_t begin = filter.perChannel ? o : o * filter.inputs, step = filter.perChannel ? outputs : 1;
    float* const own = drawn.weights.data() + begin;
    Sum sum;
    if (!filter.perChannel) {
      for (int64_t i = 0; i < filter.inputs; i += depth) balance({own + i, depth});
    }
    for (int64_t i = 0; i < filter.inputs; ++i) {
      const auto channel = static_cast<size_t>(filter.perChannel ? o : i % depth);
      sum.add(own[i * step], in.mean[channel], in.variance[channel]);
    }
    const auto at = static_cast<uint64_t>(o);
    const double wanted = target.deviation * double(1 + kScaleSpread * scales.bell(at));
    // Rounded before it is used, so that the last bit of a library's exp() or log() does not reach the weights.
    const auto factor = static_cast<float>(wanted / std::sqrt(std::max(sum.variance, 1e-12)));
    for (int64_t i = 0; i < filter.inputs; ++i) own[i * step] *= factor;
    const auto shift = static_cast<float>(target.mean + target.deviation * double(kShiftSpread * shifts.bell(at)));
    drawn.bias.push_back(centred ? shift - static_cast<float>(sum.mean * double(factor)) : 0);
    drawn.moments.mean[static_cast<size_t>(o)] = centred ? double(shift) : sum.mean * double(factor);
    drawn.moments.variance[static_cast<size_t>(o)] = wanted * wanted;
  }
  return drawn;
}

ValueId Net::normalize(const std::string& name, ValueId from, Target target) {
  const Moments in = moments(from);
  const CounterRandom scales(seed_, name + "/scale"), shifts(seed_, name + "/shift");
  std::vector<float> factors, terms;
  Moments multiplied = in, out = in;
  for (size_t c = 0; c < in.channels(); ++c) {
    const double wanted = target.deviation * double(1 + kScaleSpread * scales.bell(c));
    factors.push_back(static_cast<float>(wanted / std::sqrt(std::max(in.variance[c], 1e-12))));
    const auto offset = static_cast<float>(target.mean + target.deviation * double(kShiftSpread * shifts.bell(c)));
    terms.push_back(offset - static_cast<float>(in.mean[c] * double(factors.back())));
    multiplied.mean[c] = in.mean[c] * double(factors.back());
    multiplied.variance[c] = out.variance[c] = wanted * wanted;
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
