import Glibc
import WeftTool

exit(Tool.run(Swift.CommandLine.arguments))
