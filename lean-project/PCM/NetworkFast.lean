module

public import PCM.NetworkBounds
public import PCM.NetworkLanes
public import PCM.UniversalCuts

/-!
# Bounding a network on many boxes at once, fast

What `PCM.NetworkBounds` does for one box, done by Lean's kernel for some hundred parts of a partition together: the lower
and the upper bound of a value on all parts are two big numbers with a lane per part. A weight then costs two
multiplications, however many parts there are. `Network.of_check` is what certificates use.

Every bound is nonnegative where it is stored: features are, and `max 0` follows each layer. The last layer is made to
follow the same pattern by asking whether the score's excess over the bound is rectified to 0.
-/

@[expose] public noncomputable section

namespace PCM

/-- Bounds on one value, a lane per part. -/
structure Columns where
  /-- Lower bounds. -/
  lower : Nat
  /-- Upper bounds. -/
  upper : Nat

/-- The layers, with the score's excess over the bound, times a power of two, in place of the score. -/
def Network.excess (bound : Int) : List Layer → List Layer
  | [] => []
  | [last] => [⟨last.weights, last.biases.map fun b => b - ((bound + 1) * 2 ^ last.shift - 1), 0⟩]
  | layer :: rest => layer :: Network.excess bound rest

/-- Decides `Layer.Reads`. -/
def Layer.reads (layer : Layer) (inputs : Nat) : Bool :=
  Nat.beq layer.weights.length layer.biases.length && layer.weights.all fun row => Nat.beq row.length inputs

/-- Decides `Network.Fits`. -/
def Network.fits : List Layer → Nat → Bool
  | [], _ => false
  | [last], inputs => last.reads inputs && Nat.beq last.weights.length 1
  | layer :: rest, inputs => layer.reads inputs && Network.fits rest layer.weights.length

namespace NetworkFast

/-- Passes on whole numbers, evaluated. -/
def forcedInts (numbers : List Int) : (List Int → Bool) → Bool :=
  List.rec (motive := fun _ => (List Int → Bool) → Bool) (fun k => k [])
    (fun w _ next k =>
      Int.rec (motive := fun _ => Bool) (fun m => forced m fun m => next fun rest => k (Int.ofNat m :: rest))
        (fun m => forced m fun m => next fun rest => k (Int.negSucc m :: rest)) w)
    numbers

/-- Passes on rows of whole numbers, evaluated. -/
def forcedRows (rows : List (List Int)) : (List (List Int) → Bool) → Bool :=
  List.rec (motive := fun _ => (List (List Int) → Bool) → Bool) (fun k => k [])
    (fun row _ next k => forcedInts row fun row => next fun rest => k (row :: rest)) rows

/-- Passes on layers, evaluated. -/
def forcedLayers (layers : List Layer) : (List Layer → Bool) → Bool :=
  List.rec (motive := fun _ => (List Layer → Bool) → Bool) (fun k => k [])
    (fun layer _ next k =>
      forcedRows layer.weights fun weights => forcedInts layer.biases fun biases => forced layer.shift fun shift =>
        next fun rest => k (⟨weights, biases, shift⟩ :: rest))
    layers

/-- The absolute value. -/
def size (w : Int) : Nat := Int.rec (motive := fun _ => Nat) (fun m => m) (fun m => Nat.succ m) w

/-- The sum of the absolute values. -/
def total (weights : List Int) : Nat :=
  List.rec (motive := fun _ => Nat) 0 (fun w _ rest => Nat.add (size w) rest) weights

/-- What no sum of the layer exceeds in absolute value, if no input exceeds `most`. -/
def reach (most : Nat) (weights : List (List Int)) : List Int → Nat :=
  List.rec (motive := fun _ => List Int → Nat) (fun _ => 0)
    (fun row _ next biases =>
      List.rec (motive := fun _ => Nat) 0
        (fun b biases _ => Nat.max (Nat.add (Nat.mul (total row) most) (size b)) (next biases)) biases)
    weights

/-- Adds up the products: `a` and `b` take what is added to the lower and the upper bound, `c` and `d` what is taken
from them. -/
def accumulate (weights : List Int) :
    List Columns → Nat → Nat → Nat → Nat → (Nat → Nat → Nat → Nat → Bool) → Bool :=
  List.rec (motive := fun _ => List Columns → Nat → Nat → Nat → Nat → (Nat → Nat → Nat → Nat → Bool) → Bool)
    (fun _ a b c d k => k a b c d)
    (fun w _ next columns a b c d k =>
      List.rec (motive := fun _ => Bool) (k a b c d)
        (fun column columns _ =>
          Columns.rec (motive := fun _ => Bool)
            (fun lower upper =>
              Int.rec (motive := fun _ => Bool)
                (fun m => next columns (Nat.add a (Nat.mul m lower)) (Nat.add b (Nat.mul m upper)) c d k)
                (fun m =>
                  next columns a b (Nat.add c (Nat.mul (Nat.succ m) upper)) (Nat.add d (Nat.mul (Nat.succ m) lower)) k)
                w)
            column)
        columns)
    weights

/-- Passes on the rectified bounds of one output. -/
def neuron (bits shift ones : Nat) (columns : List Columns) (weights : List Int) (bias : Int) (k : Columns → Bool) :
    Bool :=
  Int.rec (motive := fun _ => Bool)
    (fun m =>
      forced (Nat.mul (Nat.add (Nat.pow 2 bits) m) ones) fun start =>
        accumulate weights columns start start 0 0 fun a b c d =>
          forced (rectify bits shift ones (Nat.sub a c)) fun lower =>
            forced (rectify bits shift ones (Nat.sub b d)) fun upper => k ⟨lower, upper⟩)
    (fun m =>
      forced (Nat.mul (Nat.pow 2 bits) ones) fun start =>
        forced (Nat.mul (Nat.succ m) ones) fun minus =>
          accumulate weights columns start start minus minus fun a b c d =>
            forced (rectify bits shift ones (Nat.sub a c)) fun lower =>
              forced (rectify bits shift ones (Nat.sub b d)) fun upper => k ⟨lower, upper⟩)
    bias

/-- Passes on the rectified bounds of all outputs of a layer. -/
def outputs (bits shift ones : Nat) (columns : List Columns) (weights : List (List Int)) :
    List Int → (List Columns → Bool) → Bool :=
  List.rec (motive := fun _ => List Int → (List Columns → Bool) → Bool) (fun _ k => k [])
    (fun row _ next biases k =>
      List.rec (motive := fun _ => Bool) (k [])
        (fun b biases _ =>
          neuron bits shift ones columns row b fun column => next biases fun rest => k (column :: rest))
        biases)
    weights

/-- Layer by layer, no sum leaves its lane, and the first output's upper bound is rectified to 0 on every part. -/
def run (bits ones : Nat) (layers : List Layer) : Nat → List Columns → Bool :=
  List.rec (motive := fun _ => Nat → List Columns → Bool)
    (fun _ columns => List.rec (motive := fun _ => Bool) false (fun c _ _ => Nat.beq c.upper 0) columns)
    (fun layer _ next most columns =>
      forced (reach most layer.weights layer.biases) fun reach =>
        Bool.rec (motive := fun _ => Bool) false
          (Bool.rec (motive := fun _ => Bool) false
            (outputs bits layer.shift ones columns layer.weights layer.biases fun columns =>
              forced (Nat.shiftRight reach layer.shift) fun most => next most columns)
            (Nat.ble (Nat.succ reach) (Nat.pow 2 bits)))
          (Nat.ble layer.shift bits))
    layers

/-- A one in the lane of every part. -/
def ones (w : Nat) (parts : List Box) : Nat :=
  List.rec (motive := fun _ => Nat) 0 (fun _ _ rest => Nat.add 1 (Nat.mul (Nat.pow 2 w) rest)) parts

/-- The first feature's lower ends, a lane per part. -/
def lowers (w : Nat) (parts : List Box) : Nat :=
  List.rec (motive := fun _ => Nat) 0
    (fun box _ rest =>
      Nat.add (List.rec (motive := fun _ => Nat) 0 (fun i _ _ => i.lower) box) (Nat.mul (Nat.pow 2 w) rest))
    parts

/-- The first feature's upper ends, a lane per part. -/
def uppers (w : Nat) (parts : List Box) : Nat :=
  List.rec (motive := fun _ => Nat) 0
    (fun box _ rest =>
      Nat.add (List.rec (motive := fun _ => Nat) 0 (fun i _ _ => i.upper) box) (Nat.mul (Nat.pow 2 w) rest))
    parts

/-- The parts without their first features. -/
def tails (parts : List Box) : List Box :=
  List.rec (motive := fun _ => List Box) []
    (fun box _ rest => List.rec (motive := fun _ => Box) [] (fun _ tail _ => tail) box :: rest) parts

/-- Passes on the ends of all parts, as many columns as the box has features. -/
def columns (w : Nat) (box : Box) : List Box → (List Columns → Bool) → Bool :=
  List.rec (motive := fun _ => List Box → (List Columns → Bool) → Bool) (fun _ k => k [])
    (fun _ _ next parts k =>
      forced (lowers w parts) fun lower => forced (uppers w parts) fun upper =>
        next (tails parts) fun rest => k (⟨lower, upper⟩ :: rest))
    box

/-- The score stays within the bound on every part. -/
def checkParts (bits most : Nat) (box : Box) (layers : List Layer) (parts : List Box) : Bool :=
  forced (ones (Nat.succ bits) parts) fun ones =>
    columns (Nat.succ bits) box parts fun columns => run bits ones layers most columns

end NetworkFast

/-- The checker behind `Network.of_check`. Sums are kept in lanes of `bits + 1` bits. -/
def Network.check (bits : Nat) (n : Network) (bound : Int) (box : Box) (cuts : Cuts) : Bool :=
  NetworkFast.forcedLayers n.layers fun layers =>
    Network.fits layers box.length && Box.small (2 ^ cuts.bits) box.length box &&
      NetworkFast.forcedLayers (Network.excess bound layers) fun excess =>
        cuts.hold (NetworkFast.checkParts bits (2 ^ cuts.bits) box excess) box

end PCM
