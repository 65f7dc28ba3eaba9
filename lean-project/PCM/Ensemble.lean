module

public import PCM.Universal
public import PCM.Lanes

/-!
# Tree ensembles

The risk model of a certificate in its usual form: many small decision trees, each of which asks a few questions about
the scaled features of a crystal ("is the volume per atom at most 14.2 Å³?") and gives a whole number. The score is their
sum; the greater, the likelier a failure of the potential. All numbers are whole, so that the score is one exact
function, and it is this function that a certificate speaks about.
-/

@[expose] public noncomputable section

namespace PCM

/-- A decision tree. -/
inductive Tree where
  /-- The tree's contribution to the score. -/
  | leaf (score : Int)
  /-- Values of the feature up to the threshold go on with `below`, greater ones with `above`. -/
  | node (feature threshold : Nat) (below above : Tree)

/-- The leaf that a point reaches. (A point that lacks the feature has the value 0 for it.) -/
def Tree.eval : Tree → List Nat → Int
  | .leaf score, _ => score
  | .node feature threshold below above, x =>
    if x.getD feature 0 ≤ threshold then below.eval x else above.eval x

/-- A sum of trees. -/
structure Ensemble where
  /-- The score before the first tree. -/
  base : Int
  /-- The trees; their order does not matter. -/
  trees : List Tree

/-- The score of a crystal with these scaled feature values. -/
def Ensemble.eval (m : Ensemble) (x : List Nat) : Int := m.base + (m.trees.map (·.eval x)).sum

/-! ## How a certificate writes trees down

Every node as two numbers, first itself, then all of its first branch, then all of its second. The numbers of many nodes
are packed in the lanes of two columns, as tables are. -/

/-- Consecutive nodes. -/
structure NodeBlock where
  /-- Number of nodes. -/
  rows : Nat
  /-- For each node, 0 for a leaf, and 1 + the feature that is asked for. -/
  feature : Nat
  /-- For each node, the threshold, or a leaf's contribution above the lowest one. -/
  number : Nat

/-- Trees as they are written down. -/
structure Forest where
  /-- The score before the first tree. -/
  base : Int
  /-- Width of a lane. -/
  bits : Nat
  /-- Taken off every leaf's number. -/
  offset : Nat
  /-- The nodes of the first tree, then those of the second, and so on. -/
  blocks : List NodeBlock

/-- Reading nodes from the last to the first: a leaf is a tree, and a question makes one tree of the two that were read
last. If there are no two, nothing is left of what was read. -/
def Forest.read (offset feature number : Nat) (trees : List Tree) : List Tree :=
  match feature, trees with
  | 0, _ => .leaf (number - offset) :: trees
  | f + 1, below :: above :: rest => .node f number below above :: rest
  | _, _ => []

/-- The nodes of a block, read in front of trees that were read before. -/
def NodeBlock.read (bits offset : Nat) (b : NodeBlock) (trees : List Tree) : List Tree :=
  (List.range b.rows).foldr (fun i => Forest.read offset (cell bits b.feature i) (cell bits b.number i)) trees

/-- The trees that are written down. -/
def Forest.trees (f : Forest) : List Tree := f.blocks.foldr (NodeBlock.read f.bits f.offset) []

/-- The sum of the trees that are written down. -/
def Forest.ensemble (f : Forest) : Ensemble := ⟨f.base, f.trees⟩

end PCM
