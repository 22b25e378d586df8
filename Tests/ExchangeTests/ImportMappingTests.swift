import CMDB
import Exchange
import Notation
import TestSupport
import Testing

@Suite("A table of one's own comes in by a mapping", .tags(.small))
struct ImportMappingTests {
    static let mapping = """
        kind: device
        key: asset_tag
        columns:
          Tên máy: name
          Mã TS: asset_tag
          Tình trạng: {field: status, values: {đang dùng: active, hỏng: failed}, default: planned}
          Ngày mua: cf_bought
          STT: ignore
        constants: {site: ttdl, role: server, device_type: r650}

        """

    private func load(_ name: String, _ text: String, _ mapping: String = mapping) throws -> (
        snapshot: Snapshot, plan: InventoryPlan, warnings: [String], readings: [String]
    ) {
        try Importing.load(
            [Importing.source(name, text)], ImportOptions(mapping: Importing.source("m.yaml", mapping)),
            onto: try ImportNetBoxTests.world())
    }

    private func errors(_ text: String, _ mapping: String = mapping) throws -> [String] {
        Importing.errors(
            [Importing.source("may.csv", text)], ImportOptions(mapping: Importing.source("m.yaml", mapping)),
            onto: try ImportNetBoxTests.world())
    }

    @Test("Columns, value maps, defaults, constants, and the key by which records are found") func good() throws {
        let made = try load(
            "may.csv",
            "STT;Tên máy;Mã TS;Tình trạng;Ngày mua;Người giữ\n1;M1;LS-1;Đang dùng;2020;An\n2;M2;LS-2;;2021;\n")
        let first = try #require(made.snapshot[ObjectID(.device, "m1")])
        #expect(first["status"] == "active")
        #expect(first["site"] == "ttdl")
        #expect(first["custom_fields"] == ["bought": 2020])
        #expect(made.snapshot[ObjectID(.device, "m2")]?["status"] == "planned")
        #expect(made.warnings.contains { $0.contains("Người giữ") && !$0.contains("STT") })
        // A new name under the same asset tag is the same machine.
        let renamed = try Importing.load(
            [Importing.source("may.csv", "STT;Tên máy;Mã TS;Tình trạng;Ngày mua\n1;M1 mới;LS-1;hỏng;2020\n")],
            ImportOptions(mapping: Importing.source("m.yaml", Self.mapping)), onto: made.snapshot)
        #expect(renamed.plan.creates == 0)
        #expect(renamed.snapshot[ObjectID(.device, "m1")]?["name"] == "M1 mới")
    }

    @Test("Errors in values and in the mapping have their places") func bad() throws {
        let unknown = try errors("Tên máy,Mã TS,Tình trạng,Ngày mua\nM1,LS-1,hong,x\n")
        #expect(unknown.count == 1)
        #expect(
            unknown.first?.hasPrefix("may.csv:2:9: Tình trạng: \"hong\" has no value in the mapping") ?? false,
            "\(unknown)")
        let missing = try errors("Tên,Mã TS,Tình trạng,Ngày mua\nM1,LS-1,hỏng,x\n")
        #expect(missing.first?.contains("there is no column \"Tên máy\"") ?? false, "\(missing)")
        let field = try errors("A\nx\n", "kind: device\ncolumns: {A: nam}\n")
        #expect(
            field.first?.hasPrefix("m.yaml:2:14: mapping: device has no field \"nam\": did you mean \"name\"?")
                ?? false, "\(field)")
        #expect(
            try errors("A\nx\n", "kind: devise\ncolumns: {A: name}\n").first?.contains("did you mean \"device\"?")
                ?? false)
        #expect(
            try errors("A\nx\n", "kind: device\ncolumn: {A: name}\n").contains { $0.contains("unknown key \"column\"") }
        )
        #expect(try errors("A\nx\n", "columns: {A: name}\n").first?.contains("kind is missing") ?? false)
    }

    @Test("A mapping may hold several files' kinds") func files() throws {
        let mapping =
            "columns: {x: name}\nkind: tenant\nfiles:\n  \"vlan*.csv\": {kind: vlan, columns: {Số: vid, Tên: name}, constants: {site: ttdl}}\n"
        let made = try load("vlan-2026.csv", "Số,Tên\n300,Camera\n", mapping)
        #expect(made.snapshot[ObjectID(.vlan, "camera")]?["vid"] == 300)
        #expect(try load("other.csv", "x\nSở Y tế\n", mapping).snapshot[ObjectID(.tenant, "so-y-te")] != nil)
    }
}
