import CMDB

/// One A4 sheet, portrait, in millimetres: title block, one or two faces, figures, legend.
struct RackSheet {
    let elevation: RackElevation
    let snapshot: Snapshot
    let faces: [RackFace]
    let inks: NodeInks
    let options: PictureOptions
    let page: (number: Int, of: Int)
    var svg = SVGText()

    static let width = 210.0
    static let height = 297.0
    static let margin = 12.0
    static let top = 45.0
    /// Room for the units; 42 of them are 4.7 mm each.
    static let column = 198.0
    static let faceWidth = 89.0
    static let rail = 6.5

    var words: Words { inks.words }
    var unit: Double { min(5.6, Self.column / Double(elevation.units)) }
    var bottom: Double { Self.top + unit * Double(elevation.units) }

    init(
        elevation: RackElevation, snapshot: Snapshot, faces: [RackFace], inks: NodeInks, options: PictureOptions,
        page: (Int, Int)
    ) {
        self.elevation = elevation
        self.snapshot = snapshot
        self.faces = faces
        self.inks = inks
        self.options = options
        self.page = page
    }

    mutating func draw() -> Sheet {
        let rack = elevation.rack
        let notes = remarks()
        svg.raw("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>")
        svg.raw(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"210mm\" height=\"297mm\" viewBox=\"0 0 210 297\""
                + " font-family=\"DejaVu Sans, Noto Sans, sans-serif\" xml:lang=\"\(options.language.rawValue)\">")
        svg.raw("<title>\(DrawnText.xml(words.kind(.rack) + " " + rack.displayName))</title>")
        svg.raw(
            "<defs><pattern id=\"planned\" width=\"1.6\" height=\"1.6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
                + "<line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"1.6\" stroke=\"#5a6570\" stroke-width=\"0.5\" stroke-opacity=\"0.45\"/></pattern></defs>"
        )
        svg.rect(0, 0, Self.width, Self.height, fill: Palette.paper)
        titleBlock()
        for (index, side) in faces.enumerated() {
            face(side, x: Self.margin + Double(index) * (Self.faceWidth + 8))
        }
        if faces.count == 1 { deviceList(x: Self.margin + Self.faceWidth + 8) }
        footer(notes)
        svg.raw("</svg>")
        return Sheet(
            name: "rack-" + DrawnText.fileName(rack.id.key), svg: svg.lines.joined(separator: "\n") + "\n",
            boxes: elevation.slots.count, notes: notes)
    }

    private mutating func titleBlock() {
        let rack = elevation.rack
        let site = snapshot.target(of: "site", in: rack)
        let room = snapshot.target(of: "location", in: rack)
        let status = rack.text("status") ?? ""
        let right = Self.width - Self.margin
        svg.text(TextWidth.fit(rack.displayName, into: 125, size: 7.5, bold: true), 12, 19, size: 7.5, bold: true)
        let place = [site?.displayName, room?.displayName].compactMap { $0 }.joined(separator: " · ")
        svg.text(TextWidth.fit(DrawnText.clean(place), into: 125, size: 3.2), 12, 26, size: 3.2, colour: Palette.grey)
        let tags = [rack.text("facility_id"), rack.text("asset_tag"), rack.text("serial")].compactMap { $0 }
        let facts = ["\(elevation.units)U", words.status(status)] + tags
        svg.text(
            TextWidth.fit(facts.joined(separator: " · "), into: 125, size: 3.2), 12, 31.5, size: 3.2,
            colour: Palette.grey)
        let lines =
            [words("Sơ đồ mặt tủ", "Rack elevation")]
            + (options.asOf.isEmpty ? [] : [words("Dữ liệu ngày ", "Data of ") + words.day(options.asOf)])
            + [words("Trang \(page.number)/\(page.of)", "Page \(page.number)/\(page.of)")]
        for (index, line) in lines.enumerated() {
            svg.text(
                line, right, 17 + Double(index) * 5, size: 3.2, colour: index == 0 ? Palette.dark : Palette.grey,
                bold: index == 0, anchor: .end)
        }
        svg.line(12, 35, right, 35, colour: Palette.dark, weight: 0.5)
    }

    private mutating func face(_ side: RackFace, x: Double) {
        let caption = side == .front ? words("MẶT TRƯỚC", "FRONT") : words("MẶT SAU", "REAR")
        svg.text(caption, x + Self.faceWidth / 2, Self.top - 3, size: 3.4, bold: true, anchor: .middle)
        let total = unit * Double(elevation.units)
        svg.rect(x, Self.top, Self.faceWidth, total, fill: "#e4e7eb", stroke: Palette.dark, weight: 0.5)
        let inside = x + Self.rail
        let width = Self.faceWidth - 2 * Self.rail
        svg.rect(inside, Self.top, width, total, fill: Palette.paper, stroke: Palette.line, weight: 0.2)
        let size = min(2.5, unit * 0.62)
        for index in 0..<elevation.units {
            let y = self.bottom - Double(index + 1) * unit
            if index > 0 { svg.line(inside, y + unit, inside + width, y + unit, colour: "#d5d9de", weight: 0.12) }
            let label = String(elevation.number(index))
            let base = y + unit / 2 + size * 0.36
            svg.text(label, x + Self.rail / 2, base, size: size, anchor: .middle)
            svg.text(label, x + Self.faceWidth - Self.rail / 2, base, size: size, anchor: .middle)
        }
        for run in elevation.free(side) { free(run, inside, width) }
        for slot in elevation.slots where slot.isSeen(from: side) { device(slot, side, inside, width) }
        svg.rect(x, Self.top, Self.faceWidth, total, fill: "none", stroke: Palette.dark, weight: 0.5)
    }

    private mutating func free(_ run: (bottom: Double, height: Double), _ x: Double, _ width: Double) {
        let y = bottom - (run.bottom + run.height / 2) * unit
        let size = min(2.8, run.height * unit * 0.6)
        let word = words("trống ", "free ") + words.number(run.height) + "U"
        let plate = TextWidth.of(word, size: size) + 4
        svg.rect(x + (width - plate) / 2, y - size * 0.7, plate, size * 1.4, fill: Palette.paper)
        svg.text(
            word, x + width / 2, y + size * 0.36, size: size,
            colour: Palette.grey, anchor: .middle)
    }

    private mutating func device(_ slot: RackElevation.Slot, _ side: RackFace, _ inside: Double, _ whole: Double) {
        let lane = (whole - 1) / Double(slot.lanes)
        let (x, width) = (inside + 0.5 + Double(slot.lane) * lane, lane)
        let (y, height) = (bottom - slot.top * unit + 0.15, slot.height * unit - 0.3)
        let look = inks.of(slot.device.id)
        let status = slot.device.text("status") ?? ""
        let isPlanned = Palette.isPlanned(status)
        let isClash = slot.lanes > 1
        var box = DeviceBox(x: x, y: y, width: width, height: height, ink: look.ink, words: words)
        box.name = DrawnText.clean(slot.device.displayName)
        box.isFrontOfIt = slot.face == side
        box.model = DrawnText.clean(snapshot.target(of: "device_type", in: slot.device)?.text("model") ?? "")
        box.word = inks.colour == .level ? "" : DrawnText.clean(look.word)
        box.badges =
            (status == "active" || inks.colour == .status ? [] : [words.status(status)])
            + (isClash ? [words("TRÙNG CHỖ", "CLASH")] : [])
            + (inks.levels.of(slot.device.id).map { [words.level($0)] } ?? [])
        let title = tooltip(slot, look.word)
        svg.group(title, identifier: slot.device.id.description) { svg in
            svg.rect(
                x, y, width, height, fill: look.ink.fill, stroke: isClash ? Palette.deny : Palette.dark,
                weight: isClash ? 0.6 : 0.25, dash: isPlanned ? "1.2 0.7" : nil, radius: 0.5)
            if isPlanned { svg.rect(x, y, width, height, fill: "url(#planned)", radius: 0.5) }
            box.write(&svg)
        }
    }

    private func tooltip(_ slot: RackElevation.Slot, _ word: String) -> String {
        let device = slot.device
        let position = device["position"]?.number.map(words.number) ?? "?"
        let type = snapshot.target(of: "device_type", in: device)?.text("model")
        let more = [
            "U\(position), \(words.number(slot.height))U", type, word, words.status(device.text("status") ?? ""),
            device.text("asset_tag"), device.text("serial"), device.text("primary_ip4"), device.text("primary_ip6"),
        ]
        return ([device.displayName] + more.compactMap { $0 }).joined(separator: " · ")
    }
}

/// What stands on a device's box, fitted into it.
struct DeviceBox {
    let x: Double
    let y: Double
    let width: Double
    let height: Double
    let ink: Ink
    let words: Words
    var name = ""
    var model = ""
    /// What the colour means.
    var word = ""
    var badges: [String] = []
    /// Whether one looks at the side on which it is mounted.
    var isFrontOfIt = true

    func write(_ svg: inout SVGText) {
        let isTall = height >= 6.4
        let size = min(2.7, height * (isTall ? 0.3 : 0.6))
        let small = size * 0.85
        let first = isTall ? y + height / 2 - size * 0.35 : y + height / 2 + size * 0.36
        var right = x + width - 0.9
        for badge in badges.reversed() { right = self.badge(badge, right, size: small, &svg) }
        let left = x + 1.3
        var room = right - left
        let isShownBold = isFrontOfIt
        let shown = TextWidth.fit(name, into: room, size: size, bold: isShownBold)
        svg.text(shown, left, first, size: size, colour: ink.text, bold: isShownBold)
        let used = TextWidth.of(shown, size: size, bold: isShownBold) + 2
        room -= used
        let side = isFrontOfIt ? [] : [words("mặt sau", "rear side")]
        if isTall {
            let second = ([word, model].filter { !$0.isEmpty } + side).joined(separator: " · ")
            svg.text(
                TextWidth.fit(second, into: right - left, size: small), left, first + size * 1.3, size: small,
                colour: ink.text)
        } else if room > 8 {
            let rest = ([word] + (isFrontOfIt ? [model] : side)).filter { !$0.isEmpty }
            var text = rest.joined(separator: " · ")
            if TextWidth.of(text, size: small) > room, let one = rest.first { text = one }
            svg.text(
                TextWidth.fit(text, into: room, size: small), right - 0.8, first, size: small, colour: ink.text,
                anchor: .end)
        }
    }

    /// A small plate; gives the x at which it begins.
    private func badge(_ text: String, _ right: Double, size: Double, _ svg: inout SVGText) -> Double {
        let width = TextWidth.of(text, size: size, bold: true) + 1.4
        let height = size * 1.45
        let top = y + self.height / 2 - height / 2
        svg.rect(right - width, top, width, height, fill: "#ffffff", stroke: Palette.dark, weight: 0.15, radius: 0.5)
        svg.text(text, right - width / 2, top + height / 2 + size * 0.36, size: size, bold: true, anchor: .middle)
        return right - width - 0.7
    }
}
