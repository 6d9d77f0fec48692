"""Version of the program, printed on documents and compared nowhere."""

VERSION = "0.1.0"
