import CMDB
import Exchange
import Foundation
import Notation
import TestSupport
import Testing

@Suite("Workbooks")
struct ExportWorkbookTests {
    private let cover = WorkbookExport.Cover(
        made: "2026-11-21T08:00:00Z", seconds: 1_795_248_000, sequence: 7, author: "tester")

    @Test("Sheet titles fit, are unique and name their kind", arguments: Kind.allCases)
    func titles(_ kind: Kind) {
        let title = SheetNames.title(kind)
        #expect(title.utf16.count <= 31, "\(title)")
        #expect(!title.contains { "[]:*?/\\".contains($0) })
        #expect(SheetNames.kind(ofTitle: title) == kind)
        #expect(SheetNames.kind(ofTitle: kind.rawValue) == kind && SheetNames.kind(ofTitle: kind.fileKey) == kind)
        #expect(!title.hasPrefix("Bảng"))
    }

    @Test("README and foreign sheets are no kind")
    func foreign() {
        #expect(SheetNames.kind(ofTitle: SheetNames.readme) == nil)
        #expect(SheetNames.kind(ofTitle: "Ghi chú") == nil && SheetNames.kind(ofTitle: "") == nil)
    }

    @Test("The same inventory gives the same bytes; texts stay texts")
    func bytes() throws {
        let world = try ExportWorld.snapshot("workbook")
        let folder = try TemporaryFolder()
        let (a, b) = (folder.path + "/a.xlsx", folder.path + "/b.xlsx")
        try WorkbookExport.write(world.all, in: world, to: a, cover: cover)
        try WorkbookExport.write(world.all, in: world, to: b, cover: cover)
        let bytes = try Data(contentsOf: URL(filePath: a))
        #expect(bytes == (try Data(contentsOf: URL(filePath: b))))
        #expect(bytes.prefix(2) == Data("PK".utf8))
    }

    @Test("What does not fit a cell is refused with its record")
    func tooLong() throws {
        let text = String(repeating: "a", count: 40_000)
        let object = Object(
            id: ObjectID(.site, "a"), fields: ["slug": "a", "name": "A", "comments": .string(text)])
        let folder = try TemporaryFolder()
        #expect(throws: WorkbookError.self) {
            try WorkbookExport.write([object], in: Snapshot([object]), to: folder.path + "/a.xlsx", cover: cover)
        }
        #expect(throws: WorkbookError.self) {
            try WorkbookExport.write([], in: Snapshot([]), to: folder.path + "/no/such/folder/a.xlsx", cover: cover)
        }
    }
}
