// For tests/text/test_settle.py: reads {cases: [{doc, ids, verdict}]} and writes for each what the
// editor's rule makes of it: the document, and what its steps lead to.
import { EditorState } from "prosemirror-state"
import { readFileSync } from "node:fs"
import { schema } from "../src/schema"
import { settle, settled } from "../src/suggestions/settle"

const { cases } = JSON.parse(readFileSync(0, "utf8"))
const made = cases.map(({ doc, ids, verdict }) => {
  const node = schema.nodeFromJSON(doc)
  const transaction = EditorState.create({ doc: node }).tr
  settle(transaction, ids, verdict)
  transaction.doc.check()
  return { settled: settled(node, new Set(ids), verdict).toJSON(), stepped: transaction.doc.toJSON(), steps: transaction.steps.map(step => step.toJSON()) }
})
process.stdout.write(JSON.stringify(made))
