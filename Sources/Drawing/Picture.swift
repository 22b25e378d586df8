public import CMDB

/// The language of titles, captions and legends.
public enum PictureLanguage: String, Sendable, CaseIterable {
    case vi, en

    /// The text of this language.
    func pick(_ vi: String, _ en: String) -> String { self == .vi ? vi : en }
}

/// What decides the fill of a box; the same is written on the box too, so that nobody needs to see the colour.
public enum ColourBy: String, Sendable, CaseIterable {
    /// Security level, Decree 85/2016.
    case level
    /// Life of the record.
    case status
    /// Network zone, or its type.
    case zone
    /// Role of the machine.
    case role
}

/// What every picture is asked.
public struct PictureOptions: Sendable {
    /// Language of captions.
    public var language: PictureLanguage
    /// Nil takes what suits the picture.
    public var colourBy: ColourBy?
    /// The day or moment the inventory is of, as the title block prints it; empty leaves it out.
    public var asOf: String
    /// More boxes than this are drawn as heaps that tell how many they stand for; at least 10.
    public var limit: Int

    /// Creates options.
    public init(
        language: PictureLanguage = .vi, colourBy: ColourBy? = nil, asOf: String = "", limit: Int = 150
    ) {
        self.language = language
        self.colourBy = colourBy
        self.asOf = asOf
        self.limit = max(10, limit)
    }
}

/// A graph in Graphviz's language, and what had to be left out of it.
public struct GraphPicture: Sendable, Hashable {
    /// DOT text; equal inventories give equal bytes.
    public let dot: String
    /// How many boxes it has.
    public let boxes: Int
    /// What the picture does not show one by one, in the language asked; the picture says the same.
    public let notes: [String]
}

/// One finished sheet.
public struct Sheet: Sendable, Hashable {
    /// A file name without folder and ending, made of letters, digits, `-`, `_` and `.`.
    public let name: String
    /// A whole SVG document.
    public let svg: String
    /// How many things it shows.
    public let boxes: Int
    /// What it does not show, in the language asked; the sheet says the same.
    public let notes: [String]
}

/// Why there is no picture.
public enum DrawingError: Error, Hashable, CustomStringConvertible {
    /// There is nothing of what was to be drawn; the text says of what and what to do.
    case nothing(String)
    /// A name that is not in the inventory.
    case unknown(ObjectID)
    /// The picture cannot be coloured that way.
    case colour(ColourBy, allowed: [ColourBy])
    /// Graphviz is not there, does not end, or says no.
    case graphviz(String)

    /// What happened and what to do.
    public var description: String {
        switch self {
        case .nothing(let text), .graphviz(let text): text
        case .unknown(let id):
            "\(id) is not in the inventory: look at `hatang inventory list \(id.kind.rawValue)`"
        case .colour(let asked, let allowed):
            "this picture cannot be coloured by \(asked.rawValue): choose "
                + allowed.map(\.rawValue).joined(separator: " or ")
        }
    }
}

extension PictureOptions {
    /// The colouring asked for, if the picture knows it.
    func colouring(_ allowed: [ColourBy]) throws(DrawingError) -> ColourBy {
        guard let colourBy else { return allowed.first ?? .level }
        guard allowed.contains(colourBy) else { throw .colour(colourBy, allowed: allowed) }
        return colourBy
    }
}
