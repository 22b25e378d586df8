import Notation
import Regulation

/// Writes the figures of one level in the order of the table.
struct DutyFigures {
    private let duty: Duty
    private let table: DutyTable

    init(_ duty: Duty, _ table: DutyTable) {
        self.duty = duty
        self.table = table
    }

    var all: [DutyFigure] {
        [
            time("rpo_files", duty.rpoFiles), time("rpo_database", duty.rpoDatabase), time("rto", duty.rto),
            count("copies", duty.copies), count("media", duty.media),
            figure("separation", duty.separation, Self.words, { .string($0.rawValue) }),
            figure("offsite", duty.offsite, Self.offsite, Self.offsiteValue),
            figure("immutable", duty.immutable, Self.immutable, Self.immutableValue),
            figure("encryption", duty.encryption, Self.words, { .string($0.rawValue) }),
            time("verify_structure", duty.verifyStructure), time("verify_full", duty.verifyFull),
            time("restore_drill", duty.restoreDrill), duty.planExercise.map { time("plan_exercise", $0) },
            figure("retention", duty.retention, Self.retention, Self.retentionValue),
            count("log_retention_months", duty.logRetentionMonths),
            count("policy_review_months", duty.policyReviewMonths),
            figure("network_standby", duty.networkStandby, Self.words, { .string($0.rawValue) }),
        ].compactMap(\.self)
    }

    private func figure<Value>(
        _ name: String, _ figure: Figure<Value>, _ text: (Value) -> Bilingual, _ value: (Value) -> JSONValue
    ) -> DutyFigure {
        DutyFigure(
            name: name, title: table.titles[name] ?? Bilingual(vi: name, en: name), text: text(figure.value),
            value: value(figure.value), mark: figure.mark, source: table.sources[figure.source] ?? figure.source,
            owed: figure.bound.map { text($0.value) }, owedMark: figure.bound?.mark)
    }

    private func time(_ name: String, _ duration: Figure<Duration>) -> DutyFigure {
        figure(name, duration, { Self.same(DurationText.format($0)) }, { ["seconds": .int($0.components.seconds)] })
    }

    private func count(_ name: String, _ number: Figure<Int>) -> DutyFigure {
        figure(name, number, { Self.same(String($0)) }, { .int(Int64($0)) })
    }

    private static func same(_ text: String) -> Bilingual { Bilingual(vi: text, en: text) }
    private static let none = same("–")

    private static func words(_ separation: Separation) -> Bilingual {
        switch separation {
        case .none: none
        case .apartFromProduction: Bilingual(vi: "tách khỏi hệ thống chính", en: "apart from production")
        case .independent: Bilingual(vi: "hạ tầng độc lập", en: "independent infrastructure")
        }
    }

    private static func words(_ encryption: EncryptionDuty) -> Bilingual {
        switch encryption {
        case .offsite: Bilingual(vi: "bản ở nơi khác", en: "offsite copies")
        case .offsiteAndPortable: Bilingual(vi: "bản ở nơi khác và thiết bị di động", en: "offsite and portable copies")
        case .importantData: Bilingual(vi: "dữ liệu quan trọng", en: "important data")
        case .all: Bilingual(vi: "tất cả", en: "all")
        case .allOwnKey: Bilingual(vi: "tất cả, khóa riêng từng hệ thống", en: "all, own key per system")
        case .allSplitKey: Bilingual(vi: "tất cả, khóa chia 2 trong 3", en: "all, key split 2 of 3")
        }
    }

    private static func words(_ standby: NetworkStandby) -> Bilingual {
        switch standby {
        case .none: none
        case .spare: Bilingual(vi: "thiết bị dự phòng nguội", en: "spare devices")
        case .hotStandby: Bilingual(vi: "dự phòng nóng, cân bằng tải", en: "hot standby, load balancing")
        case .hotStandbyAll:
            Bilingual(vi: "dự phòng nóng mọi thiết bị", en: "hot standby of all devices")
        }
    }

    private static func offsite(_ duty: OffsiteDuty) -> Bilingual {
        guard duty.copies > 0 else { return none }
        let (every, distance) = (duty.every.map(DurationText.format), duty.minDistanceKm.map { "≥ \($0) km" })
        func text(_ links: String, _ standby: String) -> String {
            [
                String(duty.copies), every, distance, duty.links.map { "\($0) \(links)" },
                duty.standbySystem ? standby : nil,
            ]
            .compactMap(\.self).joined(separator: ", ")
        }
        return Bilingual(vi: text("đường truyền", "hệ thống dự phòng"), en: text("links", "standby system"))
    }

    private static func offsiteValue(_ duty: OffsiteDuty) -> JSONValue {
        var members: [String: JSONValue] = [
            "copies": .int(Int64(duty.copies)), "standby_system": .bool(duty.standbySystem),
        ]
        members["every_seconds"] = duty.every.map { .int($0.components.seconds) }
        members["min_distance_km"] = duty.minDistanceKm.map { .int(Int64($0)) }
        members["links"] = duty.links.map { .int(Int64($0)) }
        return .object(members)
    }

    private static func immutable(_ duty: ImmutableDuty) -> Bilingual {
        guard duty.copies > 0 else { return none }
        let copies = String(duty.copies)
        if duty.continuous { return Bilingual(vi: "\(copies), liên tục", en: "\(copies), continuous") }
        return same([copies, duty.every.map(DurationText.format)].compactMap(\.self).joined(separator: ", "))
    }

    private static func immutableValue(_ duty: ImmutableDuty) -> JSONValue {
        var members: [String: JSONValue] = [
            "copies": .int(Int64(duty.copies)), "continuous": .bool(duty.continuous),
        ]
        members["every_seconds"] = duty.every.map { .int($0.components.seconds) }
        return .object(members)
    }

    private static func retention(_ duty: RetentionDuty) -> Bilingual {
        let numbers = [duty.daily, duty.weekly, duty.monthly, duty.yearly]
        func text(_ units: [String]) -> String { zip(numbers, units).map { "\($0)\($1)" }.joined(separator: "/") }
        return Bilingual(vi: text([" ngày", " tuần", " tháng", " năm"]), en: text(["d", "w", "m", "y"]))
    }

    private static func retentionValue(_ duty: RetentionDuty) -> JSONValue {
        [
            "daily": .int(Int64(duty.daily)), "weekly": .int(Int64(duty.weekly)), "monthly": .int(Int64(duty.monthly)),
            "yearly": .int(Int64(duty.yearly)),
        ]
    }
}
