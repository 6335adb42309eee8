import type { Decoder } from "./Decoder.ts"
import { awsAnswers } from "./decoders/AwsAnswers.ts"
import { awsFiles } from "./decoders/AwsFiles.ts"
import { entries } from "./decoders/Entries.ts"
import { onePassword } from "./decoders/OnePassword.ts"
import { person } from "./decoders/Person.ts"
import { settings } from "./decoders/Settings.ts"

/** All that read what others wrote. */
export const decoders: ReadonlyArray<Decoder> = [...awsFiles, ...onePassword, ...entries, ...settings, ...person, ...awsAnswers]
