import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// An SVG document read back by an XML parser that loads nothing from outside.
final class ParsedXML: NSObject, XMLParserDelegate {
    struct Element {
        let name: String
        let attributes: [String: String]
        /// Its own characters, without those of elements inside.
        var text = ""
    }

    private(set) var elements: [Element] = []
    private var open: [Int] = []
    private(set) var fault: String?

    init(_ text: String) {
        super.init()
        let parser = XMLParser(data: Data(text.utf8))
        parser.shouldResolveExternalEntities = false
        parser.delegate = self
        if !parser.parse() { fault = "line \(parser.lineNumber): \(parser.parserError?.localizedDescription ?? "?")" }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        open.append(elements.count)
        elements.append(Element(name: name, attributes: attributes))
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        open.removeLast()
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        if let index = open.last { elements[index].text += text }
    }

    /// What people read, without the room that stands behind long texts.
    var texts: [String] {
        elements.filter { $0.name == "text" }.map {
            $0.text.replacing("\u{A0}", with: " ").trimmingCharacters(in: .whitespaces)
        }
    }

    /// Titles of Graphviz nodes, which are their names.
    var nodes: [String] {
        elements.indices.filter { elements[$0].name == "g" && elements[$0].attributes["class"] == "node" }
            .map { elements[$0 + 1].text }
    }

    /// `from->to` of Graphviz edges.
    var edges: [String] {
        elements.indices.filter { elements[$0].name == "g" && elements[$0].attributes["class"] == "edge" }
            .map { elements[$0 + 1].text }
    }

    /// The house rules for every picture: well-formed, no script, nothing loaded from anywhere.
    func expectSafe(_ source: SourceLocation = #_sourceLocation) {
        #expect(fault == nil, sourceLocation: source)
        #expect(elements.first?.name == "svg", sourceLocation: source)
        #expect(elements.first?.attributes["xmlns"] == "http://www.w3.org/2000/svg", sourceLocation: source)
        let allowed: Set = [
            "svg", "g", "title", "text", "rect", "line", "path", "polygon", "polyline", "ellipse", "defs", "pattern",
        ]
        for element in elements {
            #expect(allowed.contains(element.name), "<\(element.name)>", sourceLocation: source)
            for (name, value) in element.attributes {
                #expect(!name.lowercased().hasPrefix("on") && !name.contains("href"), "\(name)", sourceLocation: source)
                #expect(!value.contains("url(") || value == "url(#planned)", "\(value)", sourceLocation: source)
            }
        }
    }
}
