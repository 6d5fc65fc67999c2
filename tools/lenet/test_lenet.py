"""Tests of the network's arithmetic and of the numbers in the 8-bit forms: python -m unittest test_lenet."""

from __future__ import annotations

import unittest

import numpy as np

import forms
import network


def example() -> tuple[network.Parameters, np.ndarray]:
    """Returns untrained parameters and random pictures [3, 28, 28], float64 to make differences exact enough."""
    rng = np.random.default_rng(7)
    parameters = {name: array.astype(np.float64) for name, array in network.initial_parameters(rng).items()}
    return parameters, rng.random((3, network.IMAGE, network.IMAGE))


class Network(unittest.TestCase):
    def test_patches_are_the_windows_of_the_picture(self) -> None:
        for channels in (1, 16):
            x = np.random.default_rng(1).random((2, 14, 14, channels))
            windows = network.patches(x).reshape(2, 10, 10, 5, 5, channels)
            for row, column in np.ndindex(10, 10):
                np.testing.assert_array_equal(windows[:, row, column], x[:, row : row + 5, column : column + 5])

    def test_patches_do_not_trust_the_stride_of_an_axis_of_size_one(self) -> None:
        x = np.random.default_rng(1).random((1, 6, 6))
        np.testing.assert_array_equal(network.patches(x[..., None]), network.patches(x.reshape(1, 6, 6, 1)))

    def test_gradient_is_the_slope_of_the_loss(self) -> None:
        parameters, images = example()
        labels = np.array([3, 1, 4])

        def loss() -> float:
            logits, _ = network.forward(parameters, images)
            return float(-np.log(network.softmax(logits)[np.arange(3), labels]).sum())

        logits, trace = network.forward(parameters, images)
        gradient = network.backward(parameters, trace, network.softmax(logits) - np.eye(10)[labels])
        for name, array in parameters.items():
            at, step = tuple(size // 3 for size in array.shape), 1e-5
            array[at] += step
            above = loss()
            array[at] -= 2 * step
            below = loss()
            array[at] += step
            self.assertAlmostEqual((above - below) / (2 * step), gradient[name][at], places=6, msg=name)

    def test_folded_network_gives_the_logits_of_its_tanh_twin(self) -> None:
        parameters, images = example()
        logits, _ = network.forward(parameters, images)
        folded = network.run_sigmoid(network.fold(parameters), images)["fc3"]
        np.testing.assert_allclose(folded, logits, atol=1e-5)

    def test_parameters_are_as_many_as_in_the_layer_table(self) -> None:
        self.assertEqual(network.count_parameters(example()[0]), 866_890)


class Forms(unittest.TestCase):
    def test_asymmetric_quantisation_has_an_exact_zero_within_the_codes(self) -> None:
        for low, high in ((-1.0, 3.0), (0.0, 2.0), (-5.0, 0.0)):
            found = forms.asymmetric(low, high, -128, 127)
            self.assertTrue(-128 <= found.zero_point[0] <= 127)
            self.assertEqual(float(found.scale[0]), float(np.float32((high - low) / 255)))

    def test_codes_are_half_a_step_from_the_values_at_most(self) -> None:
        weight = np.random.default_rng(2).normal(size=(8, 5, 5, 3))
        quantization = forms.symmetric(weight, per_channel=True)
        constant = forms.encode(weight, quantization, np.int8, -127, 127)
        steps = quantization.scale.reshape(-1, 1, 1, 1)
        error = np.abs(constant.data * steps.astype(np.float64) - weight)
        self.assertTrue((error <= 0.5001 * steps).all())


if __name__ == "__main__":
    unittest.main()
