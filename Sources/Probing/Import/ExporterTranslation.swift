public import Notation
import Remote

/// A module of snmp_exporter as one of our definitions, and what of it was left behind.
public struct ExporterTranslation: Sendable {
    /// The module's name.
    public let module: String
    /// The definition's name.
    public let name: String
    /// The definition, which ``ProbeLibrary`` reads.
    public let text: String
    /// Metrics of the module.
    public let total: Int
    /// Of them: those that the definition reads.
    public let carried: Int
    /// What was not carried over, with its place; of every metric left out there is one.
    public let notes: [Diagnostic]

    /// Translates one module.
    /// - Parameters:
    ///   - name: the definition's name; nil: the module's as a slug.
    ///   - appliesTo: a selector of the machines to ask.
    /// - Throws: when there is no such module, when none of its metrics can be carried over, or when the name is no slug.
    public init(_ file: ExporterFile, module wanted: String, name: String? = nil, appliesTo: String) throws(InputErrors)
    {
        guard let module = file.modules.first(where: { $0.name == wanted }) else {
            let names = file.moduleNames
            throw InputErrors(
                Diagnostic(
                    SourcePosition(file: file.modules.first?.position.file ?? "snmp.yml"),
                    problem: "there is no module \"\(wanted)\"",
                    remedy: NearestName.hint(wanted, in: names, otherwise: "modules: \(names.joined(separator: ", "))"))
            )
        }
        var builder = ExporterBuilder(module: module)
        builder.build()
        let slug = name ?? Self.slug(wanted)
        total = module.metrics.count
        carried = builder.carried
        notes = (module.notes + builder.notes).sorted()
        self.module = wanted
        self.name = slug
        guard carried > 0 else {
            throw InputErrors(
                [
                    Diagnostic(
                        module.position, subject: "module \(wanted)",
                        problem: "none of its \(total) metrics can be carried over",
                        remedy: "write a definition by hand; see Probes/snmp-interfaces.yaml")
                ] + notes)
        }
        let timeout = min(module.timeout ?? .seconds(2), .seconds(60))
        text = DefinitionWriter.text(
            name: slug, appliesTo: appliesTo, timeout: timeout,
            description: "Imported from module \(wanted) of snmp_exporter: \(carried) of \(total) metrics.",
            collection: builder.collection)
        // What is written must be what we read: anything else is a mistake of ours, told before a file is left behind.
        _ = try ProbeLibrary(files: [(name: slug + ".yaml", text: text)])
    }

    /// The name a module's definition takes: `if_mib` becomes `if-mib`.
    public static func definitionName(of module: String) -> String { slug(module) }

    /// `if_mib` as `if-mib`.
    static func slug(_ name: String) -> String {
        let words = words(name).joined(separator: "-")
        return String(words.prefix(64)).isEmpty ? "snmp" : String(words.prefix(64))
    }

    /// `ifHCInOctets` as `if_hc_in_octets`.
    static func snake(_ name: String) -> String {
        let text = words(name).joined(separator: "_")
        return text.isEmpty ? "x" : text
    }

    /// Lower-case words of ASCII letters and digits; a capital letter behind a small one, or before one, begins a word.
    private static func words(_ name: String) -> [String] {
        var words: [String] = []
        var word = ""
        let letters = Array(name.unicodeScalars)
        func isUpper(_ scalar: Unicode.Scalar) -> Bool { ("A"..."Z").contains(scalar) }
        func isLower(_ scalar: Unicode.Scalar) -> Bool { ("a"..."z").contains(scalar) }
        for (place, scalar) in letters.enumerated() {
            guard isUpper(scalar) || isLower(scalar) || ("0"..."9").contains(scalar) else {
                if !word.isEmpty { words.append(word) }
                word = ""
                continue
            }
            if isUpper(scalar), !word.isEmpty {
                let follows = place > 0 && !isUpper(letters[place - 1])
                let leads = place + 1 < letters.count && isLower(letters[place + 1])
                if follows || leads {
                    words.append(word)
                    word = ""
                }
            }
            word += String(scalar).lowercased()
        }
        if !word.isEmpty { words.append(word) }
        return words
    }
}
