/// Main memory.
public struct DiscoveredMemory: Sendable, Equatable {
    /// Bytes.
    public var total: UInt64
    /// Bytes in use; nil when not told.
    public var used: UInt64?
    /// The object or command that said so.
    public var source: String
    /// Creates it.
    public init(total: UInt64, used: UInt64? = nil, source: String) {
        self.total = total
        self.used = used
        self.source = source
    }
}

/// One store.
public struct DiscoveredStorage: Sendable, Equatable {
    /// What kind of store it is.
    public enum Kind: String, Sendable {
        case ram, virtual, disk, flash, network, removable, volume, other
    }
    /// As the device names it: `/`, `C:\`, `vol0`.
    public var name: String
    /// What it is.
    public var kind: Kind
    /// Bytes.
    public var size: UInt64
    /// Bytes in use; nil when not told.
    public var used: UInt64?
    /// Creates it.
    public init(name: String, kind: Kind, size: UInt64, used: UInt64? = nil) {
        self.name = name
        self.kind = kind
        self.size = size
        self.used = used
    }
}

/// One processor.
public struct DiscoveredCPU: Sendable, Equatable {
    /// As the device names it.
    public var name: String
    /// 0 to 100, over the period the device chose (one to five minutes); nil when not told.
    public var loadPercent: Double?
    /// Creates it.
    public init(name: String, loadPercent: Double? = nil) {
        self.name = name
        self.loadPercent = loadPercent
    }
}

/// One sensor.
public struct DiscoveredSensor: Sendable, Equatable {
    /// What it measures.
    public enum Kind: String, Sendable {
        case temperature, humidity, fan, voltage, current, power, frequency, energy, airflow, contact, supply, other
    }
    /// What the device says of its health.
    public enum Status: String, Sendable {
        case ok, warning, critical, absent, unknown
    }
    /// As the device names it.
    public var name: String
    /// What it measures.
    public var kind: Kind
    /// In ``unit``, the device's scale and precision applied; nil for a sensor of state alone.
    public var value: Double?
    /// `°C`, `%`, `rpm`, `V`, `A`, `W`, `VA`, `Hz`, `kWh`; empty for a state.
    public var unit: String
    /// What the device says of it.
    public var status: Status
    /// Creates it.
    public init(name: String, kind: Kind, value: Double?, unit: String, status: Status = .unknown) {
        self.name = name
        self.kind = kind
        self.value = value
        self.unit = unit
        self.status = status
    }
}

/// Battery and lines of an uninterruptible power supply.
public struct DiscoveredUPS: Sendable, Equatable {
    /// State of the battery.
    public enum Battery: String, Sendable {
        case normal, low, depleted, replace, unknown
    }
    /// Where the output comes from.
    public enum Output: String, Sendable {
        case mains, battery, bypass, boost, reduce, off, other
    }
    /// State of the battery.
    public var battery: Battery?
    /// Where the output comes from.
    public var output: Output?
    /// 0 to 100.
    public var chargePercent: Double?
    /// Minutes it would last.
    public var minutesLeft: Double?
    /// Since it runs on its battery; 0 when it does not.
    public var secondsOnBattery: Int?
    /// V of the battery.
    public var batteryVoltage: Double?
    /// °C of the battery or the inside.
    public var temperature: Double?
    /// V, line by line.
    public var inputVoltages: [Double] = []
    /// Hz of the first input line.
    public var inputFrequency: Double?
    /// V, line by line.
    public var outputVoltages: [Double] = []
    /// A, line by line.
    public var outputCurrents: [Double] = []
    /// Percent of capacity, line by line.
    public var loadPercents: [Double] = []
    /// W over all lines.
    public var outputWatts: Double?
    /// Standing alarms (upsAlarmsPresent).
    public var alarms: Int?
    /// Creates one of which nothing is known.
    public init() {}
}

/// One outlet, phase, bank or input of a power distribution unit.
public struct DiscoveredPower: Sendable, Equatable {
    /// Which part it is.
    public enum Kind: String, Sendable {
        case unit, input, phase, bank, outlet
    }
    /// Which part it is.
    public var kind: Kind
    /// The device's number of it.
    public var index: Int
    /// As the device names it.
    public var name: String
    /// Whether it is switched on; nil when it cannot be switched or was not told.
    public var isOn: Bool?
    /// A.
    public var amperes: Double?
    /// V.
    public var volts: Double?
    /// W.
    public var watts: Double?
    /// kWh since the counter was last reset.
    public var kilowattHours: Double?
    /// A it may carry.
    public var ratedAmperes: Double?
    /// What the device says of its load.
    public var status: DiscoveredSensor.Status = .unknown
    /// Creates one.
    public init(kind: Kind, index: Int, name: String) {
        self.kind = kind
        self.index = index
        self.name = name
    }
}

/// One physical part (ENTITY-MIB, RFC 6933).
public struct DiscoveredEntity: Sendable, Equatable {
    /// Its number (entPhysicalIndex).
    public var index: Int
    /// `chassis`, `module`, `power-supply`, `fan`, `sensor`, `port`, `container`, `stack`, `cpu`, `disk` …
    public var entityClass: String
    /// entPhysicalName.
    public var name: String?
    /// entPhysicalDescr.
    public var description: String?
    /// The maker's model name.
    public var model: String?
    /// The maker.
    public var manufacturer: String?
    /// Serial number.
    public var serial: String?
    /// Revision of the part.
    public var hardwareRevision: String?
    /// Revision of its firmware.
    public var firmwareRevision: String?
    /// Revision of its software.
    public var softwareRevision: String?
    /// The owner's number of it.
    public var assetTag: String?
    /// Number of the part it sits in; nil for the outermost.
    public var parent: Int?
    /// Creates one.
    public init(index: Int, entityClass: String) {
        self.index = index
        self.entityClass = entityClass
    }
}
