// For tests/text/test_suggesting.py: reads {cases: [{doc, seed, person, others, acts}]}. The person suggests,
// without hearing of the others; these do things to the same text meanwhile, an "author" among them or not.
// Then their steps come in, and what was suggested is made again on the text as it is. Writes for each the
// text that the others left, the person's acts as they came out of it, and what was made of them.
import { collab } from "prosemirror-collab"
import { EditorState } from "prosemirror-state"
import { readFileSync } from "node:fs"
import { collabOf } from "../src/live/composing"
import { rebased } from "../src/live/rebase"
import { schema } from "../src/schema"
import { suggestAgain } from "../src/suggestions/again"
import { commandsOn, random, said, something } from "./acts.mjs"

/** So many things done by these people, one after the other. */
function play(state, people, acts, pick, commands) {
  for (let act = 0; act < acts; act++) {
    const person = people[pick(people.length)]
    const done = something(state, pick, commands)
    state = done.state
    const made = done.wanted && said(state, done.wanted, person)
    if (made && typeof made !== "string") state = state.apply(made)
  }
  return state
}

const { cases } = JSON.parse(readFileSync(0, "utf8"))
const told = cases.map(({ doc, seed, person, others, acts }) => {
  const draw = random(seed)
  const pick = most => Math.floor(draw() * most)
  const first = schema.nodeFromJSON(doc)
  let words = 0
  const commands = who => commandsOn(first, pick, () => `${who}wort${words++}e`)
  const open = () => EditorState.create({ doc: first, plugins: [collab({ version: 0, clientID: "page" })] })
  const theirs = play(open(), others, acts, pick, commands("fremd"))
  let mine = play(open(), [person], acts, pick, commands("eigen"))
  const foreign = collabOf(theirs).unconfirmed.map(({ step }) => step)
  if (foreign.length > 0) {
    const { made, more } = rebased(mine, foreign)
    mine = mine.apply(made)
    mine = mine.apply(more.reduce((tr, step) => tr.step(step), mine.tr))
  }
  const { unconfirmed } = collabOf(mine)
  const { parts, lost, mapping } = suggestAgain(theirs.doc, unconfirmed.map(({ step }) => step), unconfirmed.map(({ origin }) => origin), person)
  const after = parts.flat().reduce((now, step) => step.apply(now).doc, theirs.doc)
  after.check()
  for (let pos = 0; pos <= mine.doc.content.size; pos++) after.resolve(mapping.map(pos))
  const json = steps => steps.map(step => step.toJSON())
  const done = [...new Set(unconfirmed.map(({ origin }) => origin))].map(act => unconfirmed.filter(({ origin }) => origin === act).map(({ step }) => step))
  return { text: theirs.doc.toJSON(), acts: done.map(json), parts: parts.map(json), lost }
})
process.stdout.write(JSON.stringify(told))
