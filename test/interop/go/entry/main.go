// Reads and writes a cached session with the types and the encoder that the Go program uses:
//
//	entry read FILE      prints what it understood, its moments in UTC and in nanoseconds
//	entry write FILE     writes a session that it reads from stdin in the form that read prints
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// The order of the members is that of the file.
type session struct {
	AccessKeyId     *string
	Expiration      *time.Time
	SecretAccessKey *string
	SessionToken    *string
}

type entry struct {
	Credentials          *session `json:"credentials"`
	Vault                string   `json:"vault"`
	Item                 string   `json:"item"`
	MfaSerial            string   `json:"mfa_serial"`
	AccessKeyIDField     string   `json:"access_key_id_field"`
	SecretAccessKeyField string   `json:"secret_access_key_field"`
}

func read(input io.Reader, known any) error {
	text, err := io.ReadAll(input)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, known)
}

func printEntry(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	var found entry
	if err := read(file, &found); err != nil {
		return err
	}
	if found.Credentials == nil || found.Credentials.Expiration == nil {
		return fmt.Errorf("%s has no session that ends", path)
	}
	*found.Credentials.Expiration = found.Credentials.Expiration.UTC()
	return json.NewEncoder(os.Stdout).Encode(found)
}

func writeEntry(path string) error {
	var wanted entry
	if err := read(os.Stdin, &wanted); err != nil {
		return err
	}
	text, err := json.Marshal(wanted)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

func main() {
	do := map[string]func(string) error{"read": printEntry, "write": writeEntry}[os.Args[1]]
	if err := do(os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
