"""A simulated iris camera (虹膜仪模拟器): distance, closed eyes, a cable, a printed eye that it notices."""

from collections.abc import Mapping

from yizheng.rooms.biometrics.data import Modality
from yizheng.rooms.biometrics.device_ports import DeviceFault
from yizheng.simulators.devices.sensor import SimulatedSensor


class IrisSimulator(SimulatedSensor):
    """The reference of an iris camera. By chance an eye is closed or too far once in ten tries."""

    modality = Modality.IRIS
    model = "sim-iris"
    usual_faults: Mapping[DeviceFault, int] = {
        DeviceFault.TOO_FAR: 60,
        DeviceFault.EYE_CLOSED: 40,
        DeviceFault.MOVED: 30,
        DeviceFault.TIMED_OUT: 10,
    }
