trireme_test(test_kernels_d
  SOURCES binary_test.cpp block_test.cpp concat_test.cpp detection_postprocess_test.cpp gather_test.cpp pack_test.cpp
          pad_test.cpp reduce_test.cpp reshape_test.cpp resize_test.cpp seanet_test.cpp slice_test.cpp transpose_test.cpp
          unary_test.cpp
  LINK trireme_reference trireme_graph trireme_model trireme_test_support)
