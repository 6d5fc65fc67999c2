#pragma once

// What flatc makes of tflite.fbs. Nothing outside this room may see it.
#include "core/model/tflite_generated.h"
