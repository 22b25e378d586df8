import CMDB
import Foundation

/// A colour of a box and of the text on it.
struct Ink: Hashable, Sendable {
    /// `#rrggbb`.
    let fill: String
    /// `#rrggbb`, at least 4.5:1 against the fill (WCAG 2.2, success criterion 1.4.3).
    let text: String

    /// The fill with whichever of near black, white and black can be read on it.
    init(_ fill: String) {
        self.fill = fill
        text =
            [Palette.dark, "#ffffff", "#000000"].first { Palette.contrast($0, fill) >= 4.5 } ?? "#000000"
    }
}

/// Colours that people with any colour vision tell apart: levels and states differ in lightness and carry words too.
enum Palette {
    static let dark = "#1a2027"
    /// Captions on white, 5.9:1.
    static let grey = "#5a6570"
    static let line = "#8a949e"
    static let paper = "#ffffff"
    static let panel = "#f6f7f9"
    static let allow = "#0b6285"
    static let deny = "#b3261e"
    static let sideA = "#0b6285"
    static let sideB = "#a8480c"
    static let guardLine = "#96411f"
    static let guardPaper = "#fdf6f2"
    static let nothing = Ink("#eceff2")

    /// From pale blue to wine: lighter is lower.
    static func level(_ level: Int?) -> Ink {
        switch level {
        case 1: Ink("#f2f7fc")
        case 2: Ink("#d3e7f7")
        case 3: Ink("#ffd966")
        case 4: Ink("#ee9045")
        case 5: Ink("#8c1d40")
        default: nothing
        }
    }

    /// Of devices, racks, feeds, systems.
    static func status(_ status: String) -> Ink {
        switch status {
        case "active", "available", "approved", "connected": Ink("#d3ecdf")
        case "planned", "staging", "staged", "provisioning", "reserved", "pilot", "inventory": Ink("#d9e6f7")
        case "failed": Ink("#b3261e")
        case "offline", "paused", "deprecated": Ink("#c9ced4")
        case "decommissioning", "deprovisioning", "retired", "decommissioned": Ink("#e3d9cf")
        default: nothing
        }
    }

    /// Whether the record stands for something that is not there yet.
    static func isPlanned(_ status: String) -> Bool {
        ["planned", "staging", "staged", "reserved", "provisioning"].contains(status)
    }

    static func zoneType(_ type: String) -> Ink {
        switch type {
        case "perimeter": Ink("#f9d7c8")
        case "dmz": Ink("#fdeaa8")
        case "internal": Ink("#d6e8fa")
        case "internal_server": Ink("#cfeedd")
        case "db": Ink("#c5e6ec")
        case "wireless": Ink("#e6dbf5")
        case "management": Ink("#dcdfe3")
        case "device_mgmt": Ink("#ecdcc8")
        default: nothing
        }
    }

    /// Pale tints for things without an order; the same name always gets the same one within one inventory.
    static let tints = [
        "#cfe3f6", "#fbdcc4", "#d0ecd9", "#f6d5e2", "#e2daf3", "#fdeeb0", "#cdebec", "#e6dccb", "#dfe9b8", "#d9dde2",
        "#f9cfc8", "#c8d6f0",
    ].map(Ink.init)

    /// Inks for the roles of an inventory: the colour that the role names, else a tint by its place in the list.
    static func roles(_ snapshot: Snapshot) -> [String: Ink] {
        var inks: [String: Ink] = [:]
        for (index, role) in snapshot.objects(.deviceRole).enumerated() {
            inks[role.id.key] = role.text("color").flatMap(hex).map(Ink.init) ?? tints[index % tints.count]
        }
        return inks
    }

    /// `#rrggbb` of what NetBox writes as `aa1409`; nil for anything else.
    static func hex(_ text: String) -> String? {
        let digits = text.hasPrefix("#") ? text.dropFirst() : text[...]
        guard digits.utf8.count == 6, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return nil }
        return "#" + digits.lowercased()
    }

    /// Contrast ratio of WCAG 2.2: 1 to 21.
    static func contrast(_ a: String, _ b: String) -> Double {
        let (x, y) = (luminance(a), luminance(b))
        return (max(x, y) + 0.05) / (min(x, y) + 0.05)
    }

    /// Relative luminance of `#rrggbb`, sRGB.
    private static func luminance(_ colour: String) -> Double {
        let value = Int(colour.dropFirst(), radix: 16) ?? 0
        func linear(_ channel: Int) -> Double {
            let c = Double(channel & 0xFF) / 255
            return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(value >> 16) + 0.7152 * linear(value >> 8) + 0.0722 * linear(value)
    }
}
