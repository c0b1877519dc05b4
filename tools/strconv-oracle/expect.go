package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand"
	"strconv"
	"strings"
	"unicode/utf8"
)

// writeExpected writes one JSON array a line: the function, its arguments, what Go gave. Floats are written as
// the hexadecimal digits of their bits; a byte that is no UTF-8 is written as \udcXX, as src/golang/bytes.ts keeps it.
func writeExpected(w io.Writer) {
	out := bufio.NewWriter(w)
	defer out.Flush()
	random := rand.New(rand.NewSource(1))
	writeFormatFloat(out, random)
	writeParseFloat(out, random)
	writeParseInt(out)
	writeParseBool(out)
	writeQuote(out)
	writeUnquote(out)
}

func row(out *bufio.Writer, cells ...any) {
	texts := make([]string, len(cells))
	for i, cell := range cells {
		if text, ok := cell.(string); ok {
			texts[i] = jsonString(text)
			continue
		}
		text, err := json.Marshal(cell)
		if err != nil {
			fail(err.Error())
		}
		texts[i] = string(text)
	}
	fmt.Fprintf(out, "[%s]\n", strings.Join(texts, ","))
}

func jsonString(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(text); {
		r, width := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && width == 1:
			fmt.Fprintf(&b, `\udc%02x`, text[i])
		case r < 0x20 || r == '"' || r == '\\' || r >= 0x7f && r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteString(text[i : i+width])
		}
		i += width
	}
	b.WriteByte('"')
	return b.String()
}

func floatBits(f float64) string { return fmt.Sprintf("%016x", math.Float64bits(f)) }

func errorText(err error) any {
	if err == nil {
		return nil
	}
	return err.Error()
}

var floats = []float64{
	0, math.Copysign(0, -1), 1, -1, 1.5, 15020, 999999, 1000000, 1234567.5, 123456789012345678, 1e20, 1e21, 1e22,
	0.0001, 0.00001, 0.000123456, 100, 120, 0.5, 1.5, 2.5, 3.5, 0.25, 0.125, 0.05, 0.95, 9.95, 99.5, 999.5, 0.6, 9.5, 5e-324,
	math.MaxFloat64, math.SmallestNonzeroFloat64, math.MaxFloat32, math.SmallestNonzeroFloat32, 2.2250738585072014e-308,
	2.225073858507201e-308, 1.1754943508222875e-38, math.Pi, math.E, 1.0 / 3, 2.0 / 3, 1e100, 1e-100, 8388608, 16777216, 33554430,
	4503599627370496.5, 9007199254740993, 5e-45, 0.3, 3.4e38, 1e23, 8.5, 65504.5,
	math.Inf(1), math.Inf(-1), math.NaN(),
}

func writeFormatFloat(out *bufio.Writer, random *rand.Rand) {
	values := floats
	for range 50 {
		values = append(values, math.Float64frombits(random.Uint64()), random.NormFloat64()*math.Pow(10, float64(random.Intn(12)-5)))
		values = append(values, math.Ldexp(1, random.Intn(250)-140), float64(random.Intn(1000))/8)
	}
	for _, value := range values {
		bits := 64
		if float64(float32(value)) == value && value != 0 {
			bits = 32
		}
		for _, format := range "efg" {
			row(out, "formatFloat", floatBits(value), string(format), -1, 64, strconv.FormatFloat(value, byte(format), -1, 64))
		}
		narrow := float64(float32(value))
		row(out, "formatFloat", floatBits(narrow), "g", -1, 32, strconv.FormatFloat(narrow, 'g', -1, 32))
		format := "bEGxXeg"[random.Intn(7)]
		precision := random.Intn(9) - 1
		row(out, "formatFloat", floatBits(value), string(format), precision, bits, strconv.FormatFloat(value, format, precision, bits))
		row(out, "formatFloat", floatBits(value), "f", precision, 64, strconv.FormatFloat(value, 'f', precision, 64))
		row(out, "formatFloat", floatBits(value), "g", precision, 64, strconv.FormatFloat(value, 'g', precision, 64))
	}
	row(out, "formatFloat", floatBits(1.0/3), "f", 60, 64, strconv.FormatFloat(1.0/3, 'f', 60, 64))
	row(out, "formatFloat", floatBits(1.0/3), "x", 20, 64, strconv.FormatFloat(1.0/3, 'x', 20, 64))
}

func writeParseFloat(out *bufio.Writer, random *rand.Rand) {
	texts := []string{
		"", "+", "-", ".", "0", "-0", "+5", "5.", ".5", "1.5e3", "1e", "1e+", "1E-7", "1_000.5", "_1", "1_", "1__0", "1_.5", "1._5",
		"1e1_0", "0x1p4", "0X1.8P1", "0x.8p1", "0x1", "0x", "0xp1", "0x_1p4", "0x1_fp-2", "0x1.fffffffffffff8p0", "0x1.fffffffffffff7p0",
		"0x1p-1074", "0x1p-1075", "0x1.8p-1075", "0x1p1024", "0x1p99999999", "0x1p-99999999", "1e400", "-1e400", "1e-400", "1e308",
		"1.7976931348623158e308", "1.797693134862315808e308", "inf", "+Inf", "-INF", "infinity", "Infinit", "nan", "NaN", "+nan", "-nan",
		"1.5x", " 1", "1 ", "3.4028235677973366e38", "3.40282356779733661e38", "3.4028235677973365e38", "1.00000005960464477539062500000001",
		"1.000000059604644775390625", "1.000000178813934326171875", "1.0000001788139343261718749999", "7e-46", "7.1e-46", "0x1.000001p0", "0x1.000003p0",
		"0x1.fffffefffp127", "0x1.ffffffp127", "1e-46", "é", "0b1", "0o7", "1d", "1.2.3", "--1", "1e9999999999999999999",
	}
	for range 50 {
		texts = append(texts, strconv.FormatFloat(math.Float64frombits(random.Uint64()), 'g', random.Intn(20)-1, 64))
	}
	for _, text := range texts {
		for _, bits := range []int{64, 32} {
			value, err := strconv.ParseFloat(text, bits)
			row(out, "parseFloat", text, bits, floatBits(value), errorText(err))
		}
	}
}

func writeParseInt(out *bufio.Writer) {
	texts := []string{
		"", "0", "-0", "+0", "1", "-1", "+1", "bad", "00012", "0x1f", "0X1F", "0x", "0b101", "0B2", "0o17", "017", "08", "1_000", "_1", "1_", "0_7", "0x_1", "0_x1",
		"127", "128", "-128", "-129", "255", "256", "32767", "32768", "65535", "65536", "70000x", "40000x", "-40000x", "99999999999999999999999x",
		"9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615",
		"18446744073709551616", "1e3", "1.0", " 1", "1 ", "é", "--1", "+-1", "z", "Zz", "0x8000000000000000", "-0x8000000000000000", "a\xff\n",
	}
	for _, text := range texts {
		for _, base := range []int{0, 2, 10, 16, 36} {
			for _, bits := range []int{16, 64} {
				if base != 0 && base != 10 && bits == 16 {
					continue
				}
				value, err := strconv.ParseInt(text, base, bits)
				row(out, "parseInt", text, base, bits, strconv.FormatInt(value, 10), errorText(err))
				unsigned, err := strconv.ParseUint(text, base, bits)
				row(out, "parseUint", text, base, bits, strconv.FormatUint(unsigned, 10), errorText(err))
			}
		}
		value, err := strconv.Atoi(text)
		row(out, "atoi", text, strconv.Itoa(value), errorText(err))
	}
}

func writeParseBool(out *bufio.Writer) {
	for _, text := range strings.Split("1 t T true TRUE True 0 f F false FALSE False tRUE y yes on ", " ") {
		value, err := strconv.ParseBool(text)
		row(out, "parseBool", text, value, errorText(err))
	}
}

func writeQuote(out *bufio.Writer) {
	texts := []string{
		"", "plain", `say "hi"`, `back\slash`, "tab\tnl\ncr\r", "\a\b\f\v\x00\x01\x1f\x7f", "é☺😀", "\u00a0\u00ad\u2028\ufeff\ufffd", "\xff\xfe", "a\xe2\x82b",
		"\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\x80", "\U000e0001\U0010ffff", "`", "it's", "\u0378", "\U0001f9ff", "a`b", "\ttab", "日本語",
	}
	for _, text := range texts {
		row(out, "quote", text, strconv.Quote(text))
		row(out, "quoteToAscii", text, strconv.QuoteToASCII(text))
		row(out, "canBackquote", text, strconv.CanBackquote(text))
		row(out, "byteLength", text, len(text))
		if len(text) > 1 {
			row(out, "byteSlice", text, 1, len(text)-1, text[1:len(text)-1])
			row(out, "byteAt", text, 1, int(text[1]))
		}
	}
	for _, r := range []rune{'a', '\'', '"', '\\', '\n', 0, 0x7f, 0xe9, 0x263a, 0x1f600, 0xd800, 0x110000, -1, 0xfffd, 0x2028} {
		row(out, "quoteRune", r, strconv.QuoteRune(r))
		row(out, "quoteRuneToAscii", r, strconv.QuoteRuneToASCII(r))
	}
}

func writeUnquote(out *bufio.Writer) {
	literals := []string{
		``, `"`, `""`, `"a`, `a"`, `"plain"`, `"é☺"`, `"a\nb\t\\\""`, `"\a\b\f\r\v"`, `"\'"`, `'\''`, `'"'`, `'\"'`, `"a"b"`, `"\x41\xff"`, `"\xe2\x82\xac"`, `"\101\377"`,
		`"\400"`, `"\08"`, `"\18"`, `"\u00e9\U0001F600"`, `"\ud800"`, `"\U00110000"`, `"\x4"`, `"\u12"`, `"\q"`, `"\"`, "\"a\nb\"", "`raw\\n`", "`a`b`", "`cr\r\nlf`",
		`'a'`, `'ab'`, `''`, `'é'`, `'\xff'`, `'\u00e9'`, `'😀'`, `'\n'`, "'\n'", "\"\xff\"", `"\e"`, "``", `"\x"`, `"\xg0"`,
	}
	for _, literal := range literals {
		value, err := strconv.Unquote(literal)
		if err != nil {
			row(out, "unquote", literal, nil)
			continue
		}
		row(out, "unquote", literal, value)
	}
}
