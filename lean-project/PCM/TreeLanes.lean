module

public import PCM.TreeBounds

/-!
# Bounding a tree ensemble in the kernel

All leaves of all trees lie side by side in lanes (see `PCM.Lanes`): `2^folds` lanes for each tree. The questions on the
way to a leaf stand in as many columns as a tree is deep, the first questions of all leaves in the first. A question is
one number, its *key*: feature `f`, answer and threshold `t` make `(2 f + 2) stride + t` if the value is at most `t`,
and `(2 f + 3) stride + t` if it is greater. So a cut of the box, "feature `f` is at most `last`", makes unreachable the
leaves that have a key in one interval, and few operations on big numbers find them all.

A part of a partition then is a number that marks the leaves still `alive` in it. What is not reachable counts as 0; the
greatest leaf of each tree is found by comparing every lane with one that is half as many lanes away, then a quarter,
and so on; and the sum over trees is found by casting out.

`PCM.TreeLanesSound` proves that a bound so found is a bound.
-/

@[expose] public noncomputable section

namespace PCM

/-- How an ensemble is laid out in lanes. Any numbers are sound; with unfit ones the checker accepts less, or
nothing. -/
structure Layout where
  /-- Bits of a lane below its guard bit. -/
  bits : Nat
  /-- Greater than all thresholds. -/
  stride : Nat
  /-- Questions on the way to a leaf, at most. -/
  depth : Nat
  /-- A tree has at most `2^folds` leaves. -/
  folds : Nat
  /-- Added to every leaf, so that none is negative. -/
  offset : Nat

/-- Lanes of a tree. -/
def Layout.lanes (l : Layout) : Nat := Nat.pow 2 l.folds

/-- A partition of a box as it is written down: each cut, then all cuts of the values up to `last`, then all of those
above; packed in lanes as trees are. -/
structure Splits where
  /-- Width of a lane. -/
  bits : Nat
  /-- For each part, 0 in the column `feature` if it is left whole; else 1 + the feature along which it is cut, and the
  greatest value of the first half in the column `number`. -/
  blocks : List NodeBlock

namespace TreeLanes

/-- Passes the value of a number on: matching on a number makes the kernel evaluate it at once. -/
def given {α : Type} (x : Nat) (f : Nat → α) : α :=
  Nat.rec (motive := fun _ => α) (f 0) (fun m _ => f (Nat.succ m)) x

/-- Passes on the value of a large number. The kernel remembers what it has computed and finds it again by the lowest 64
bits of the numbers in it, which in one column are the same for most parts of a partition. Here they are a remainder of
the whole number, and differ. -/
def large {α : Type} (x : Nat) (f : Nat → α) : α :=
  given (Nat.add (Nat.shiftLeft x 64) (Nat.mod x 18446744073709551557)) fun marked => f (Nat.shiftRight marked 64)

/-- Both, the second only if the first holds. -/
def both (a b : Bool) : Bool := Bool.rec (motive := fun _ => Bool) false b a

/-- Of two numbers the lesser. -/
def lesser (x y : Nat) : Nat := Bool.rec (motive := fun _ => Nat) y x (Nat.ble x y)

/-- `Forest.read` as the kernel does it fast. -/
def read (offset feature number : Nat) (trees : List Tree) : List Tree :=
  Nat.rec (motive := fun _ => List Tree) (.cons (.leaf (Int.subNatNat number offset)) trees)
    (fun f _ =>
      List.rec (motive := fun _ => List Tree) .nil
        (fun below tail _ =>
          List.rec (motive := fun _ => List Tree) .nil
            (fun above rest _ => .cons (.node f number below above) rest) tail)
        trees)
    feature

/-- `NodeBlock.read` as the kernel does it fast. -/
def readRows (bits offset rows : Nat) : Nat → Nat → List Tree → List Tree :=
  Nat.rec (motive := fun _ => Nat → Nat → List Tree → List Tree) (fun _ _ trees => trees)
    (fun _ rest feature number trees =>
      given (Nat.mod feature (Nat.pow 2 (Nat.succ bits))) fun f =>
        given (Nat.mod number (Nat.pow 2 (Nat.succ bits))) fun n =>
          given (Nat.shiftRight feature (Nat.succ bits)) fun features =>
            given (Nat.shiftRight number (Nat.succ bits)) fun numbers =>
              read offset f n (rest features numbers trees))
    rows

/-- `Forest.trees` as the kernel does it fast. -/
def readAll (f : Forest) : List Tree :=
  List.rec (motive := fun _ => List Tree) .nil
    (fun b _ trees => readRows f.bits f.offset b.rows b.feature b.number trees) f.blocks

/-- Number of leaves. -/
def size (tree : Tree) : Nat :=
  Tree.rec (motive := fun _ => Nat) (fun _ => 1) (fun _ _ _ _ below above => Nat.add below above) tree

/-- Lanes of `x`, of which there are `n`, and after them those of `y`. -/
def join (bits n x y : Nat) : Nat := Nat.add x (Nat.shiftLeft y (Nat.mul (Nat.succ bits) n))

/-- The same number in `n` lanes. -/
def fill (bits n x : Nat) : Nat := Nat.mul x (Lanes.repunit bits n)

/-- The key of a question, given the part that comes of feature and answer; 0, which is no key, where it has no room. -/
def key (l : Layout) (part threshold : Nat) : Nat :=
  Bool.rec (motive := fun _ => Nat) 0 (Nat.add (Nat.mul part l.stride) threshold)
    (both (Nat.ble (Nat.succ threshold) l.stride)
      (Nat.ble (Nat.succ (Nat.add (Nat.mul part l.stride) threshold)) (Nat.pow 2 l.bits)))

/-- Part of a key: the value is at most the threshold. -/
def atMost (feature : Nat) : Nat := Nat.add (Nat.mul 2 feature) 2

/-- Part of a key: the value is greater than the threshold. -/
def greater (feature : Nat) : Nat := Nat.add (Nat.mul 2 feature) 3

/-- For every leaf of the tree the key of one question on the way to it: the first for level 0, and so on; 0 if the way
is not that long. -/
def keys (l : Layout) (tree : Tree) : Nat → Nat :=
  Tree.rec (motive := fun _ => Nat → Nat) (fun _ _ => 0)
    (fun f t p q below above level =>
      Nat.rec (motive := fun _ => Nat)
        (join l.bits (size p) (fill l.bits (size p) (key l (atMost f) t)) (fill l.bits (size q) (key l (greater f) t)))
        (fun level _ => join l.bits (size p) (below level) (above level)) level)
    tree

/-- A leaf's contribution as it stands in a lane. -/
def shifted (l : Layout) (score : Int) : Nat := Int.toNat (Int.add score (Int.ofNat l.offset))

/-- The contributions of all leaves of the tree. -/
def scores (l : Layout) (tree : Tree) : Nat :=
  Tree.rec (motive := fun _ => Nat) (fun s => shifted l s)
    (fun _ _ p _ below above => join l.bits (size p) below above) tree

/-- All contributions of the tree have room. -/
def roomy (l : Layout) (tree : Tree) : Bool :=
  Tree.rec (motive := fun _ => Bool) (fun s => Nat.ble (Nat.succ (shifted l s)) (Nat.pow 2 l.bits))
    (fun _ _ _ _ below above => both below above) tree

/-- A column of all trees, from a column for each. -/
def column (l : Layout) (of : Tree → Nat) (trees : List Tree) : Nat :=
  List.rec (motive := fun _ => Nat) 0 (fun t _ rest => join l.bits l.lanes (of t) rest) trees

/-- Every tree has room. -/
def fit (l : Layout) (trees : List Tree) : Bool :=
  List.rec (motive := fun _ => Bool) true
    (fun t _ rest => both (both (Nat.ble (size t) l.lanes) (roomy l t)) rest) trees

/-- The columns of the checker, each computed once. -/
structure Columns where
  /-- A one in every lane. -/
  ones : Nat
  /-- All bits of the first lane of each tree. -/
  firsts : Nat
  /-- For each level, the keys. -/
  keys : List Nat
  /-- The contributions. -/
  scores : Nat

/-- Strikes out the leaves that have a key in the interval. -/
def strike (l : Layout) (c : Columns) (i : Interval) (alive : Nat) : Nat :=
  Bool.rec (motive := fun _ => Nat) alive
    (Nat.xor alive (Nat.land alive
      (List.rec (motive := fun _ => Nat) 0 (fun k _ rest => Nat.lor (Lanes.Condition.marks l.bits c.ones ⟨k, i⟩) rest)
        c.keys)))
    (Lanes.comparable l.bits i)

/-- What is unreachable where feature `f` is at most `last`: greater than a threshold from `last` on. -/
def strikeBelow (l : Layout) (c : Columns) (f last alive : Nat) : Nat :=
  strike l c ⟨Nat.add (Nat.mul (greater f) l.stride) last,
    Nat.add (Nat.mul (greater f) l.stride) (Nat.pred l.stride)⟩ alive

/-- What is unreachable where feature `f` is greater than `last`: at most a threshold up to `last`. -/
def strikeAbove (l : Layout) (c : Columns) (f last alive : Nat) : Nat :=
  strike l c ⟨Nat.mul (atMost f) l.stride,
    Nat.add (Nat.mul (atMost f) l.stride) (lesser last (Nat.pred l.stride))⟩ alive

/-- What is unreachable in the box, whose first feature is number `f`. -/
def strikeOutside (l : Layout) (c : Columns) (box : Box) : Nat → Nat → Nat :=
  List.rec (motive := fun _ => Nat → Nat → Nat) (fun _ alive => alive)
    (fun i _ rest f alive =>
      rest (Nat.succ f)
        (Nat.rec (motive := fun _ => Nat) (strikeBelow l c f i.upper alive)
          (fun lower _ => strikeAbove l c f lower (strikeBelow l c f i.upper alive)) i.lower))
    box

/-- Of two lanes the greater, in every lane. -/
def greatest (bits ones x y : Nat) : Nat :=
  Nat.add y (Nat.land (Nat.sub (Nat.add x (Nat.mul (Nat.pow 2 bits) ones)) y)
    (Nat.mul (Nat.pred (Nat.pow 2 bits))
      (Nat.land (Nat.shiftRight (Nat.sub (Nat.add x (Nat.mul (Nat.pow 2 bits) ones)) y) bits) ones)))

/-- In every lane the greatest of `2^folds` lanes from that one on. -/
def fold (bits ones folds : Nat) : Nat → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat) (fun x => x)
    (fun k rest x =>
      large (greatest bits ones x (Nat.shiftRight x (Nat.mul (Nat.succ bits) (Nat.pow 2 k)))) rest) folds

/-- The sum, over all trees, of the greatest contribution of a leaf that is alive. -/
def total (l : Layout) (c : Columns) (alive : Nat) : Nat :=
  Nat.mod
    (Nat.land
      (fold l.bits c.ones l.folds
        (Nat.land c.scores
          (Nat.mul (Nat.pred (Nat.pow 2 l.bits)) (Nat.land (Nat.shiftRight alive l.bits) c.ones))))
      c.firsts)
    (Nat.pred (Nat.pow 2 (Nat.mul (Nat.succ l.bits) l.lanes)))

/-- Reads `rows` parts. The stack holds, for each part that was not read yet, the leaves that are alive in it: a part
that is left whole must be within the limit, and one that is cut gives two. Hands back the stack, or nothing where a part
is above the limit. -/
def readParts (l : Layout) (c : Columns) (limit bits rows : Nat) : Nat → Nat → List Nat → Option (List Nat) :=
  Nat.rec (motive := fun _ => Nat → Nat → List Nat → Option (List Nat)) (fun _ _ stack => .some stack)
    (fun _ next feature number stack =>
      List.rec (motive := fun _ => Option (List Nat)) .none
        (fun alive rest _ =>
          given (Nat.shiftRight feature (Nat.succ bits)) fun features =>
            given (Nat.shiftRight number (Nat.succ bits)) fun numbers =>
              Nat.rec (motive := fun _ => Option (List Nat))
                (Bool.rec (motive := fun _ => Option (List Nat)) .none (next features numbers rest)
                  (Nat.ble (total l c alive) limit))
                (fun f _ =>
                  given (Nat.mod number (Nat.pow 2 (Nat.succ bits))) fun last =>
                    large (strikeBelow l c f last alive) fun below =>
                      large (strikeAbove l c f last alive) fun above =>
                        next features numbers (.cons below (.cons above rest)))
                (Nat.mod feature (Nat.pow 2 (Nat.succ bits))))
        stack)
    rows

/-- Reads all parts; none may be left over. (Block by block: the kernel's own stack is not as deep as a partition of
thousands of parts is long.) -/
def readSplits (l : Layout) (c : Columns) (limit bits : Nat) (blocks : List NodeBlock) : List Nat → Bool :=
  List.rec (motive := fun _ => List Nat → Bool)
    (fun stack => List.rec (motive := fun _ => Bool) true (fun _ _ _ => false) stack)
    (fun b _ rest stack =>
      Option.rec (motive := fun _ => Bool) false (fun left => rest left)
        (readParts l c limit bits b.rows b.feature b.number stack))
    blocks

/-- Number of trees. -/
def count (trees : List Tree) : Nat := List.rec (motive := fun _ => Nat) 0 (fun _ _ n => Nat.succ n) trees

/-- Passes the columns of keys on, computed, after the ones before: `levels` of them from `level` on. -/
def givenKeys (l : Layout) (trees : List Tree) (levels : Nat) : Nat → (List Nat → Bool) → Bool :=
  Nat.rec (motive := fun _ => Nat → (List Nat → Bool) → Bool) (fun _ f => f [])
    (fun _ rest level f =>
      given (column l (fun t => keys l t level) trees) fun k => rest (Nat.succ level) fun ks => f (k :: ks))
    levels

/-- Every column has lanes of the stated width. -/
def columnsFit (l : Layout) (lanes : Nat) (c : Columns) : Bool :=
  both (Lanes.fits l.bits lanes c.ones c.scores)
    (List.rec (motive := fun _ => Bool) true (fun k _ rest => both (Lanes.fits l.bits lanes c.ones k) rest) c.keys)

/-- The checker, once all columns are there. -/
def run (l : Layout) (trees lanes limit : Nat) (box : Box) (p : Splits) (c : Columns) : Bool :=
  both (columnsFit l lanes c)
    (both
      (Nat.ble (Nat.succ (Nat.mul trees (Nat.pred (Nat.pow 2 (Nat.succ l.bits)))))
        (Nat.pred (Nat.pow 2 (Nat.mul (Nat.succ l.bits) l.lanes))))
      (large (strikeOutside l c box 0 (Lanes.everyRow l.bits c.ones)) fun alive =>
        readSplits l c limit p.bits p.blocks (.cons alive .nil)))

/-- The checker, given the number of trees and the greatest sum of shifted contributions that is allowed. -/
def checkLimit (l : Layout) (trees : List Tree) (n limit : Nat) (box : Box) (p : Splits) : Bool :=
  both (both (Nat.ble 1 l.stride) (fit l trees))
    (given (Nat.mul l.lanes n) fun lanes =>
      given (Lanes.repunit l.bits lanes) fun ones =>
      given (Nat.mul (Nat.pred (Nat.pow 2 (Nat.succ l.bits)))
        (Lanes.repunit (Nat.pred (Nat.mul (Nat.succ l.bits) l.lanes)) n)) fun firsts =>
      given (column l (scores l) trees) fun scores =>
      givenKeys l trees l.depth 0 fun keys => run l n lanes limit box p ⟨ones, firsts, keys, scores⟩)

end TreeLanes

namespace TreeLanes

/-- The checker, given the trees. -/
def checkTrees (l : Layout) (base : Int) (trees : List Tree) (bound : Int) (box : Box) (p : Splits) : Bool :=
  Int.rec (motive := fun _ => Bool) (fun limit => checkLimit l trees (count trees) limit box p) (fun _ => false)
    (Int.add (Int.sub bound base) (Int.ofNat (Nat.mul (count trees) l.offset)))

/-- Decides, part by part, whether the score is at most `bound` on the box. -/
def check (l : Layout) (f : Forest) (bound : Int) (box : Box) (p : Splits) : Bool :=
  checkTrees l f.base (readAll f) bound box p

end TreeLanes

end PCM
