#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "trireme/tensor.h"

namespace trireme::support {

// Folders outside the project, named by the environment. None: the test skips with missing().
std::optional<std::filesystem::path> modelsFolder();  // TRIREME_TEST_MODELS
std::optional<std::filesystem::path> dataFolder();    // TRIREME_TEST_DATA
std::optional<std::filesystem::path> opsFolder();     // TRIREME_TEST_OPS
std::string missing();                                // which of them are not set, as a sentence

// Every .tflite file below, sorted.
std::vector<std::filesystem::path> modelFiles(const std::filesystem::path& folder);

std::vector<std::byte> fileBytes(const std::filesystem::path& path);
// Numbers of a text file, separated by commas, blanks or line ends. Lines that start with a letter are left out.
std::vector<double> numbers(const std::filesystem::path& path);
// The elements of a .npy file, without its header; little-endian, C order.
std::vector<std::byte> npyBytes(const std::filesystem::path& path);

}  // namespace trireme::support
