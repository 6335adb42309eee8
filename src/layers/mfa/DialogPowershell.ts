import { dialogFailure, type DialogTool, typedLine } from "./DialogTool.ts"
import { MfaFailure } from "../../domain/mfa/MfaFailure.ts"

/**
 * A window with the question, a line to type in, and two buttons. Without a double quote, so that it is the same text
 * however WSL and Windows put it on a command line and take it off again. `UseMnemonic` is off: an ampersand is one.
 */
const script = `& { ${
  [
    "param([string] $title, [string] $question)",
    "$utf8 = [Text.Encoding]::UTF8",
    "$ErrorActionPreference = 'Stop'",
    "Add-Type -AssemblyName System.Windows.Forms",
    "Add-Type -AssemblyName System.Drawing",
    "$form = New-Object System.Windows.Forms.Form",
    "$form.Text = $utf8.GetString([Convert]::FromBase64String($title))",
    "$form.ClientSize = New-Object System.Drawing.Size(420, 140)",
    "$form.FormBorderStyle = 'FixedDialog'",
    "$form.MaximizeBox = $false",
    "$form.MinimizeBox = $false",
    "$form.StartPosition = 'CenterScreen'",
    "$form.TopMost = $true",
    "$label = New-Object System.Windows.Forms.Label",
    "$label.UseMnemonic = $false",
    "$label.SetBounds(12, 12, 396, 52)",
    "$label.Text = $utf8.GetString([Convert]::FromBase64String($question))",
    "$box = New-Object System.Windows.Forms.TextBox",
    "$box.SetBounds(12, 68, 396, 24)",
    "$ok = New-Object System.Windows.Forms.Button",
    "$ok.Text = 'OK'",
    "$ok.DialogResult = 'OK'",
    "$ok.SetBounds(248, 104, 75, 26)",
    "$cancel = New-Object System.Windows.Forms.Button",
    "$cancel.Text = 'Cancel'",
    "$cancel.DialogResult = 'Cancel'",
    "$cancel.SetBounds(333, 104, 75, 26)",
    "$form.Controls.AddRange(@($label, $box, $ok, $cancel))",
    "$form.AcceptButton = $ok",
    "$form.CancelButton = $cancel",
    "$form.ActiveControl = $box",
    "$form.Add_Shown({ $this.Activate() })",
    "if ($form.ShowDialog() -eq 'OK') { [Console]::Out.Write($box.Text) }"
  ].join("; ")
} }`

const encoded = (text: string): string => `'${Buffer.from(text, "utf8").toString("base64")}'`

/**
 * Windows's, for WSL. PowerShell makes one script of all words behind `-Command`, so title and question go as base64 in
 * single quotes: an alphabet in which nothing ends the quotes. Its console shows nothing and is left as it is.
 */
export const powershell: DialogTool = {
  program: "powershell.exe",
  commandLine: (question, title) => [
    "-NoLogo",
    "-NoProfile",
    "-NonInteractive",
    "-Sta",
    "-OutputFormat",
    "Text",
    "-Command",
    script,
    encoded(title),
    encoded(question)
  ],
  answer: (end) => {
    if (end.exitCode !== 0) return dialogFailure("powershell.exe", end)
    const typed = typedLine(end)
    return typed === "" ? MfaFailure.DialogDismissed() : typed
  }
}
