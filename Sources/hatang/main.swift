import Commands
import Foundation

exit(await Program.main(Array(CommandLine.arguments.dropFirst())))
