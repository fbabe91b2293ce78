// For tests/text/test_suggesting.py: reads {cases: [{doc, seed, people, acts}]}, lets these people in turn
// do random things to the text, the one called "author" as an author, all others in suggestion mode, and writes what each wanted and what it became.
import { EditorState } from "prosemirror-state"
import { readFileSync } from "node:fs"
import { schema } from "../src/schema"
import { unmarked } from "../src/suggestions/own"
import { commandsOn, random, said, something } from "./acts.mjs"

const { cases } = JSON.parse(readFileSync(0, "utf8"))
const told = cases.map(({ doc, seed, people, acts }) => {
  const draw = random(seed)
  const pick = most => Math.floor(draw() * most)
  const first = schema.nodeFromJSON(doc)
  first.check()
  let state = EditorState.create({ doc: first })
  const turns = []
  const commands = commandsOn(first, pick, () => `neu${turns.length}wort`)
  for (let act = 0; act < acts; act++) {
    const person = people[pick(people.length)]
    const done = something(state, pick, commands)
    const { name, wanted } = done
    state = done.state
    if (!wanted) continue
    const turn = { name, person, before: state.doc.toJSON(), wanted: unmarked(state, wanted).doc.toJSON(), selection: state.selection.toJSON() }
    turns.push(turn)
    try {
      const made = said(state, wanted, person)
      if (typeof made === "string") {
        turn.refused = made
        continue
      }
      Object.assign(turn, { made: made.doc.toJSON(), steps: made.steps.map(step => step.toJSON()), caret: made.selection.head })
      state = state.apply(made)
    } catch (error) {
      turn.failed = String(error?.stack ?? error)
      break
    }
  }
  return turns
})
process.stdout.write(JSON.stringify(told))
