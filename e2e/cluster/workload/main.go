// Command workload is what the test cluster's containers run. Its first argument names a behaviour, flags shape it:
//
//	pause                                    do nothing until told to end
//	serve  -port -format -every -unready     answer /healthz and /readyz, write a log line now and then
//	work   -lines -for                       write some lines, take a while, succeed: an init container, a job
//	exit   -after -code -say                 end with a code, as a program that finds its configuration wrong
//	panic  -after                            crash as a Go program does
//	eat    -every                            take more and more memory
//	lines  -count                            write very many lines at once, then do nothing
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

type field struct {
	key   string
	value any
}

// logger writes a line of a level with its fields to standard output.
type logger func(level, message string, fields ...field)

func logfmt(level, message string, fields ...field) {
	line := strings.Builder{}
	fmt.Fprintf(&line, "time=%s level=%s msg=%q", time.Now().UTC().Format(time.RFC3339Nano), level, message)
	for _, each := range fields {
		text := fmt.Sprint(each.value)
		if strings.ContainsAny(text, " =\"") {
			text = fmt.Sprintf("%q", text)
		}
		fmt.Fprintf(&line, " %s=%s", each.key, text)
	}
	fmt.Println(line.String())
}

func jsonLines(level, message string, fields ...field) {
	line := map[string]any{"ts": time.Now().UTC().Format(time.RFC3339Nano), "level": level, "msg": message}
	for _, each := range fields {
		line[each.key] = each.value
	}
	text, err := json.Marshal(line)
	if err != nil {
		text = []byte(err.Error())
	}
	fmt.Println(string(text))
}

func loggerFor(format string) logger {
	if format == "json" {
		return jsonLines
	}
	return logfmt
}

// asked is done when the program is told to end.
func asked() context.Context {
	ctx, _ := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	return ctx
}

// wait lets time pass, and tells whether it passed without being told to end.
func wait(ctx context.Context, duration time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(duration):
		return true
	}
}

func serve(ctx context.Context, arguments []string) int {
	flags := flag.NewFlagSet("serve", flag.ExitOnError)
	port := flags.Int("port", 8080, "port to listen on")
	format := flags.String("format", "logfmt", "logfmt or json")
	every := flags.Duration("every", 2*time.Second, "time between two log lines")
	unready := flags.Bool("unready", false, "never become ready")
	_ = flags.Parse(arguments)
	log := loggerFor(*format)

	answer := func(healthy bool) http.HandlerFunc {
		return func(response http.ResponseWriter, _ *http.Request) {
			if !healthy {
				response.WriteHeader(http.StatusServiceUnavailable)
			}
			fmt.Fprintln(response, map[bool]string{true: "ok", false: "waiting for the catalogue"}[healthy])
		}
	}
	routes := http.NewServeMux()
	routes.HandleFunc("/healthz", answer(true))
	routes.HandleFunc("/readyz", answer(!*unready))
	server := &http.Server{Addr: fmt.Sprintf(":%d", *port), Handler: routes}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()

	log("info", "listening", field{"port", *port})
	// Dummy credentials of no account: what shows this log must hide them.
	log("info", "connected", field{"database", "postgres://shop:s3cret@db.example.com:5432/shop"})
	for request := 1; ; request++ {
		select {
		case err := <-failed:
			if !errors.Is(err, http.ErrServerClosed) {
				log("error", "cannot listen", field{"error", err.Error()})
				return 1
			}
			return 0
		case <-ctx.Done():
			log("info", "shutting down")
			_ = server.Close()
			return 0
		case <-time.After(*every):
		}
		switch {
		case request%10 == 0:
			log("error", "payment refused", field{"order", request}, field{"error", "card expired"})
		case request%5 == 0:
			log("warn", "slow answer", field{"order", request}, field{"took", "1.2s"})
		case request%3 == 0:
			log("debug", "cache hit", field{"order", request})
		default:
			log("info", "order placed", field{"order", request})
		}
	}
}

func work(ctx context.Context, arguments []string) int {
	flags := flag.NewFlagSet("work", flag.ExitOnError)
	lines := flags.Int("lines", 3, "lines to write")
	duration := flags.Duration("for", time.Second, "time to take")
	_ = flags.Parse(arguments)
	for step := 1; step <= *lines; step++ {
		logfmt("info", "migrating", field{"step", step}, field{"of", *lines})
		if !wait(ctx, *duration/time.Duration(*lines)) {
			return 143
		}
	}
	logfmt("info", "done")
	return 0
}

func exit(ctx context.Context, arguments []string) int {
	flags := flag.NewFlagSet("exit", flag.ExitOnError)
	after := flags.Duration("after", time.Second, "time before the end")
	code := flags.Int("code", 1, "exit code")
	say := flags.String("say", "configuration is wrong: PRICES_URL is not set", "last line before the end")
	_ = flags.Parse(arguments)
	logfmt("info", "starting", field{"upstream", "https://shop:s3cret@prices.example.com/v1"})
	if !wait(ctx, *after) {
		return 143
	}
	logfmt("error", *say)
	return *code
}

func crash(ctx context.Context, arguments []string) int {
	flags := flag.NewFlagSet("panic", flag.ExitOnError)
	after := flags.Duration("after", time.Second, "time before the end")
	_ = flags.Parse(arguments)
	jsonLines("info", "starting")
	wait(ctx, *after)
	var prices map[string]int
	prices["tea"] = 3
	return 0
}

func eat(ctx context.Context, arguments []string) int {
	flags := flag.NewFlagSet("eat", flag.ExitOnError)
	every := flags.Duration("every", 100*time.Millisecond, "time between two bites of 8 MiB")
	_ = flags.Parse(arguments)
	var eaten [][]byte
	for wait(ctx, *every) {
		bite := make([]byte, 8<<20)
		for index := 0; index < len(bite); index += os.Getpagesize() {
			bite[index] = 1
		}
		eaten = append(eaten, bite)
		logfmt("info", "index grows", field{"megabytes", len(eaten) * 8})
	}
	return 143
}

func lines(ctx context.Context, arguments []string) int {
	flags := flag.NewFlagSet("lines", flag.ExitOnError)
	count := flags.Int("count", 50_000, "lines to write")
	_ = flags.Parse(arguments)
	for line := 1; line <= *count; line++ {
		jsonLines("info", "row imported", field{"row", line})
	}
	<-ctx.Done()
	return 0
}

func pause(ctx context.Context, _ []string) int {
	<-ctx.Done()
	return 0
}

func main() {
	behaviours := map[string]func(context.Context, []string) int{
		"pause": pause, "serve": serve, "work": work, "exit": exit, "panic": crash, "eat": eat, "lines": lines,
	}
	name := "pause"
	if len(os.Args) > 1 {
		name = os.Args[1]
	}
	behaviour, known := behaviours[name]
	if !known {
		fmt.Fprintf(os.Stderr, "unknown behaviour %q\n", name)
		os.Exit(2)
	}
	arguments := os.Args[min(2, len(os.Args)):]
	os.Exit(behaviour(asked(), arguments))
}
