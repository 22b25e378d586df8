import Topology

/// How an arrow of the system map looks: colour, pattern and head differ together.
struct EffectStyle {
    let colour: String
    let style: String
    let head: String
    let weight: Double
    /// As the legend draws it.
    let sample: String
    let vi: String
    let en: String

    static func of(_ effect: Effect) -> EffectStyle {
        switch effect {
        case .down:
            EffectStyle(
                colour: "#27313a", style: "solid", head: "normal", weight: 1.5, sample: "━━▶", vi: "thiếu thì dừng",
                en: "stops without it")
        case .unreachable:
            EffectStyle(
                colour: "#8a3c9e", style: "solid", head: "vee", weight: 1.2, sample: "──>",
                vi: "thiếu thì mất liên lạc",
                en: "unreachable without it")
        case .exchange:
            EffectStyle(
                colour: "#0b6285", style: "dashed", head: "normal", weight: 1.5, sample: "╍╍▶", vi: "trao đổi dữ liệu",
                en: "exchanges data")
        case .protection:
            EffectStyle(
                colour: "#a8480c", style: "dotted", head: "diamond", weight: 1.8, sample: "┈┈◆", vi: "được bảo vệ bởi",
                en: "is protected by")
        case .backup:
            EffectStyle(
                colour: "#1f6b4a", style: "dotted", head: "dot", weight: 1.8, sample: "┈┈●", vi: "được sao lưu bởi",
                en: "is backed up by")
        case .reserve:
            EffectStyle(
                colour: "#5a6570", style: "dashed", head: "odot", weight: 1.2, sample: "╌╌○", vi: "nguồn dự phòng",
                en: "reserve")
        }
    }

    /// DOT attributes of an edge.
    var attributes: [String] {
        ["color=\"\(colour)\"", "style=\(style)", "arrowhead=\(head)", "penwidth=\(SVGText.number(weight))"]
    }
}
