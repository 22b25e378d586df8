import CMDB

extension RackSheet {
    /// What the drawing cannot show, so that nobody takes it for all there is.
    func remarks() -> [String] {
        var notes: [String] = []
        if elevation.clashes > 0 {
            notes.append(
                words(
                    "\(elevation.clashes) cặp thiết bị ghi trùng đơn vị U",
                    "\(elevation.clashes) pairs of devices claim the same units"))
        }
        if !elevation.outside.isEmpty {
            let names = elevation.outside.map(\.displayName).joined(separator: ", ")
            notes.append(words("Ngoài khung tủ: \(names)", "Outside the rack's units: \(names)"))
        }
        return notes
    }

    mutating func footer(_ notes: [String]) {
        var y = 253.0
        let right = Self.width - Self.margin
        svg.line(Self.margin, y - 5, right, y - 5, colour: Palette.line, weight: 0.3)
        for (label, value) in figures() {
            svg.text(label, 12, y, size: 3, colour: Palette.grey)
            svg.text(TextWidth.fit(value, into: 155, size: 3), 42, y, size: 3)
            y += 4.6
        }
        for note in notes {
            svg.text(
                TextWidth.fit("▲ " + DrawnText.clean(note), into: 186, size: 3, bold: true), 12, y, size: 3,
                colour: Palette.deny, bold: true)
            y += 4.6
        }
        legend(y + 0.5)
    }

    private func figures() -> [(String, String)] {
        let freeFront = elevation.free(.front)
        let freeRear = elevation.free(.rear)
        func sum(_ runs: [(bottom: Double, height: Double)]) -> Double { runs.reduce(0) { $0 + $1.height } }
        let longest = freeFront.map(\.height).max() ?? 0
        var space = words(
            "\(words.number(sum(freeFront)))/\(elevation.units)U mặt trước, dài nhất \(words.number(longest))U liền",
            "\(words.number(sum(freeFront)))/\(elevation.units)U in front, longest run \(words.number(longest))U")
        if sum(freeRear) != sum(freeFront) {
            space += words("; mặt sau \(words.number(sum(freeRear)))U", "; rear \(words.number(sum(freeRear)))U")
        }
        var rows = [(words("Còn trống", "Free"), space)]
        let planned = elevation.slots.filter { Palette.isPlanned($0.device.text("status") ?? "") }.count
        let more = planned > 0 ? words(", trong đó dự kiến \(planned)", ", \(planned) of them planned") : ""
        rows.append(
            (words("Thiết bị", "Devices"), "\(elevation.slots.count)\(more)"))
        if !elevation.unplaced.isEmpty {
            let names = elevation.unplaced.map { DrawnText.clean($0.displayName) }.joined(separator: ", ")
            rows.append(
                (words("Không chiếm U", "Without a unit"), "\(elevation.unplaced.count): \(names)"))
        }
        rows.append((words("Công suất", "Power"), powerText()))
        let feeds = elevation.feeds(snapshot).map { feed in
            let side = feed.text("side").map { $0.uppercased() + ": " } ?? ""
            let capacity = RackElevation.capacity(feed).map(words.power) ?? words("chưa rõ", "unknown")
            let status = feed.text("status") ?? "active"
            return side + DrawnText.clean(feed.displayName) + " (\(capacity)"
                + (status == "active" ? ")" : ", \(words.status(status)))")
        }
        if !feeds.isEmpty { rows.append((words("Nguồn cấp", "Feeds"), feeds.joined(separator: " · "))) }
        return rows
    }

    private func powerText() -> String {
        let power = elevation.power(snapshot)
        let limit =
            elevation.rack["max_power_kw"]?.number.map { words(" · giới hạn ", " · limit ") + words.power($0 * 1000) }
            ?? ""
        guard power.known > 0 else {
            return words(
                "chưa có số liệu của \(power.devices) thiết bị", "no figures of \(power.devices) devices") + limit
        }
        let sums = words(
            "phân bổ \(words.power(power.allocated)) · tối đa \(words.power(power.maximum))",
            "allocated \(words.power(power.allocated)) · maximum \(words.power(power.maximum))")
        return sums + limit
            + words(
                " (có số liệu \(power.known)/\(power.devices) thiết bị)",
                " (figures of \(power.known)/\(power.devices) devices)")
    }

    /// Colours that occur on this sheet, each with its word; as many rows as are needed.
    private mutating func legend(_ start: Double) {
        var items: [String: (ink: Ink, word: String)] = [:]
        for slot in elevation.slots {
            let look = inks.of(slot.device.id)
            items[look.order] = (look.ink, DrawnText.clean(look.word))
        }
        var (x, y) = (Self.margin, start)
        let size = 2.8
        func place(_ width: Double, _ x: inout Double, _ y: inout Double) {
            if x + width > Self.width - Self.margin {
                x = Self.margin
                y += 5
            }
        }
        for key in items.keys.sorted() {
            guard let item = items[key] else { continue }
            let word = TextWidth.fit(item.word, into: 60, size: size)
            let width = TextWidth.of(word, size: size) + 11
            place(width, &x, &y)
            svg.rect(x, y, 5, 3.2, fill: item.ink.fill, stroke: Palette.dark, weight: 0.2, radius: 0.4)
            svg.text(word, x + 6.2, y + 2.6, size: size)
            x += width
        }
        if elevation.slots.contains(where: { Palette.isPlanned($0.device.text("status") ?? "") }) {
            let word = words("dự kiến, giữ chỗ", "planned, reserved")
            let width = TextWidth.of(word, size: size) + 11
            place(width, &x, &y)
            svg.rect(x, y, 5, 3.2, fill: Palette.paper, stroke: Palette.dark, weight: 0.2, dash: "1.2 0.7", radius: 0.4)
            svg.rect(x, y, 5, 3.2, fill: "url(#planned)", radius: 0.4)
            svg.text(word, x + 6.2, y + 2.6, size: size)
            x += width
        }
        let badge = words(
            "CĐ n: cấp độ cao nhất của hệ thống trên thiết bị", "Ln: highest level of the systems on the device")
        if elevation.slots.contains(where: { inks.levels.of($0.device.id) != nil }) {
            place(TextWidth.of(badge, size: size), &x, &y)
            svg.text(badge, x, y + 2.6, size: size, colour: Palette.grey)
        }
    }

    /// Beside a single face: every device with what an auditor ticks off.
    mutating func deviceList(x: Double) {
        let width = Self.faceWidth
        svg.text(words("THIẾT BỊ", "DEVICES"), x + width / 2, Self.top - 3, size: 3.4, bold: true, anchor: .middle)
        let all =
            elevation.slots.reversed().map {
                ($0.device, $0.device["position"]?.number.map { "U" + words.number($0) } ?? "–")
            }
            + elevation.unplaced.map { ($0, "–") }
        let step = min(7.4, Self.column / Double(max(1, all.count)))
        let size = min(2.7, step * 0.36)
        for (index, entry) in all.enumerated() {
            let y = Self.top + Double(index) * step
            let (device, place) = entry
            svg.line(x, y + step, x + width, y + step, colour: "#d5d9de", weight: 0.15)
            svg.rect(x + 0.5, y + step / 2 - 1.4, 2.8, 2.8, fill: Palette.paper, stroke: Palette.dark, weight: 0.25)
            svg.text(place, x + 5, y + step * 0.42, size: size, bold: true)
            let name = DrawnText.clean(device.displayName)
            svg.text(
                TextWidth.fit(name, into: width - 20, size: size, bold: true), x + 16, y + step * 0.42, size: size,
                bold: true)
            let more = [
                snapshot.target(of: "device_type", in: device)?.text("model"), device.text("asset_tag"),
                device.text("serial"),
            ].compactMap { $0 }.map(DrawnText.clean).joined(separator: " · ")
            svg.text(
                TextWidth.fit(more, into: width - 17, size: size * 0.9), x + 16, y + step * 0.85, size: size * 0.9,
                colour: Palette.grey)
        }
        if all.isEmpty { svg.text(words("Tủ trống", "Empty rack"), x, Self.top + 5, size: 3, colour: Palette.grey) }
    }
}
