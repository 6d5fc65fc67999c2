#include "tools/commands.h"

#include <array>

namespace trireme::tools {

std::span<const Command> commandTable() {
  static constexpr std::array<Command, 9> kCommands{{
      {"devices", "what this machine has, each device usable or why not", "trireme devices\ntrireme devices --json",
       declareDevices},
      {"inspect", "what is in a model: graph, tensors, signatures, metadata, costs",
       "trireme inspect mobilenet.tflite\ntrireme inspect mobilenet.tflite --dot graph.dot --json facts.json",
       declareInspect},
      {"run", "one inference",
       "trireme run mobilenet.tflite --image 0=cat.jpg --top 3\n"
       "trireme run model.tflite --input 0=x.npy --output-dir out --verify --json result.json",
       declareRun},
      {"explain", "the plan, and the reason for every node",
       "trireme explain mobilenet.tflite --delegate auto\ntrireme explain model.tflite --strategy per-op --dot "
       "plan.dot",
       declareExplain},
      {"plan", "every strategy's plan, side by side",
       "trireme plan mobilenet.tflite --compare --delegate auto\n"
       "trireme plan zoo:mobilenet_v2:int8 --compare --measure --delegate emulated:npu-int8,mode=paced",
       declarePlan},
      {"calibrate", "measures operators, copies and dispatches, for plans to come",
       "trireme calibrate\ntrireme calibrate mobilenet.tflite --delegate auto --threads 1", declareCalibrate},
      {"bench", "times of models on delegates, by strategies, with threads",
       "trireme bench mobilenet.tflite --threads 1,2\n"
       "trireme bench zoo:mobilenet_v2:int8 --delegate emulated:npu-int8,mode=paced --strategy optimal --strategy "
       "greedy",
       declareBench},
      {"profiles", "emulated devices: list, or one in full", "trireme profiles\ntrireme profiles npu-int8 --json",
       declareProfiles},
      {"zoo", "generated networks: a list, or one as a file",
       "trireme zoo\ntrireme zoo mobilenet_v2 --type int8 -o mobilenet_v2.tflite", declareZoo},
  }};
  return kCommands;
}

}  // namespace trireme::tools
