module

public import PCM.Network

/-!
# Bounding a network on a box

Interval arithmetic in whole numbers. Sums and products are exact. Rounding down is monotone, so the image of an interval
under it has the rounded ends as its ends: rounding makes no interval too narrow, and none wider than need be. What does
make the bounds wide is that each sum is bounded as if its terms varied independently; the smaller the box, the less.
-/

@[expose] public noncomputable section

namespace PCM

/-- A closed interval of whole numbers. -/
structure Span where
  /-- Smallest number inside. -/
  lower : Int
  /-- Largest number inside. -/
  upper : Int

namespace Span

/-- Both ends belong to the interval. -/
def Contains (s : Span) (x : Int) : Prop := s.lower ≤ x ∧ x ≤ s.upper

/-- The values of a scaled feature. -/
def ofInterval (i : Interval) : Span := ⟨i.lower, i.upper⟩

/-- The sum of two numbers. -/
def add (s t : Span) : Span := ⟨s.lower + t.lower, s.upper + t.upper⟩

/-- A fixed multiple of a number: a negative one exchanges the ends. -/
def scale (w : Int) (s : Span) : Span := if 0 ≤ w then ⟨w * s.lower, w * s.upper⟩ else ⟨w * s.upper, w * s.lower⟩

/-- The sum of the products with fixed weights. -/
def dot : List Int → List Span → Span
  | w :: weights, s :: spans => (scale w s).add (dot weights spans)
  | _, _ => ⟨0, 0⟩

/-- A number plus a fixed one, divided by a power of two and rounded down. -/
def shift (s : Span) (bias : Int) (bits : Nat) : Span := ⟨(s.lower + bias) / 2 ^ bits, (s.upper + bias) / 2 ^ bits⟩

/-- The greater of a number and 0. -/
def relu (s : Span) : Span := ⟨max 0 s.lower, max 0 s.upper⟩

/-- As many numbers as intervals, each in its interval. -/
def ContainsAll : List Span → List Int → Prop
  | [], [] => True
  | s :: spans, x :: values => s.Contains x ∧ ContainsAll spans values
  | _, _ => False

end Span

/-- Bounds on a layer's outputs from bounds on its inputs. -/
def Layer.bounds (layer : Layer) (spans : List Span) : List Span :=
  List.zipWith (fun w b => (Span.dot w spans).shift b layer.shift) layer.weights layer.biases

/-- Bounds on a network's outputs from bounds on its inputs. -/
def Network.bounds : List Layer → List Span → List Span
  | [], spans => spans
  | [last], spans => last.bounds spans
  | layer :: rest, spans => Network.bounds rest ((layer.bounds spans).map Span.relu)

/-- Bounds on the score of a point of the box. -/
def Network.range (n : Network) (box : Box) : Span := (Network.bounds n.layers (box.map Span.ofInterval)).headD ⟨0, 0⟩

namespace Span

theorem contains_ofInterval {i : Interval} {x : Nat} (h : i.Contains x) : (ofInterval i).Contains (Int.ofNat x) :=
  ⟨Int.ofNat_le.mpr h.1, Int.ofNat_le.mpr h.2⟩

theorem contains_add {s t : Span} {x y : Int} (hs : s.Contains x) (ht : t.Contains y) : (s.add t).Contains (x + y) :=
  ⟨Int.add_le_add hs.1 ht.1, Int.add_le_add hs.2 ht.2⟩

theorem contains_scale {s : Span} {x : Int} (w : Int) (h : s.Contains x) : (scale w s).Contains (w * x) := by
  unfold scale
  split
  · rename_i hw
    exact ⟨Int.mul_le_mul_of_nonneg_left h.1 hw, Int.mul_le_mul_of_nonneg_left h.2 hw⟩
  · have hw : w ≤ 0 := by omega
    exact ⟨Int.mul_le_mul_of_nonpos_left hw h.2, Int.mul_le_mul_of_nonpos_left hw h.1⟩

theorem contains_dot {spans : List Span} {values : List Int} (weights : List Int) (h : ContainsAll spans values) :
    (dot weights spans).Contains (PCM.dot weights values) := by
  induction spans generalizing weights values with
  | nil =>
    cases values with
    | nil => cases weights <;> exact ⟨Int.le_refl 0, Int.le_refl 0⟩
    | cons => exact h.elim
  | cons s spans ih =>
    cases values with
    | nil => exact h.elim
    | cons x values =>
      cases weights with
      | nil => exact ⟨Int.le_refl 0, Int.le_refl 0⟩
      | cons w weights => exact contains_add (contains_scale w h.1) (ih weights h.2)

theorem contains_shift {s : Span} {x : Int} (bias : Int) (bits : Nat) (h : s.Contains x) :
    (s.shift bias bits).Contains ((x + bias) / 2 ^ bits) := by
  have hp : (0 : Int) < 2 ^ bits := Int.pow_pos (by omega)
  exact ⟨Int.ediv_le_ediv hp (Int.add_le_add_right h.1 _), Int.ediv_le_ediv hp (Int.add_le_add_right h.2 _)⟩

theorem contains_relu {s : Span} {x : Int} (h : s.Contains x) : s.relu.Contains (max 0 x) := by
  have := h.1
  have := h.2
  simp only [relu, Contains]
  omega

theorem containsAll_relu {spans : List Span} {values : List Int} (h : ContainsAll spans values) :
    ContainsAll (spans.map relu) (values.map (max 0)) := by
  induction spans generalizing values with
  | nil => cases values <;> first | exact trivial | exact h.elim
  | cons s spans ih => cases values <;> first | exact h.elim | exact ⟨contains_relu h.1, ih h.2⟩

theorem containsAll_box {box : Box} {x : List Nat} (h : box.Contains x) :
    ContainsAll (box.map ofInterval) (x.map Int.ofNat) := by
  induction box generalizing x with
  | nil => cases x <;> first | exact trivial | exact h.elim
  | cons i box ih => cases x <;> first | exact h.elim | exact ⟨contains_ofInterval h.1, ih h.2⟩

theorem contains_headD {spans : List Span} {values : List Int} (h : ContainsAll spans values) :
    (spans.headD ⟨0, 0⟩).Contains (values.headD 0) := by
  cases spans <;> cases values <;> first | exact h.elim | exact h.1 | exact ⟨Int.le_refl 0, Int.le_refl 0⟩

end Span

theorem Layer.contains_bounds (layer : Layer) {spans : List Span} {values : List Int}
    (h : Span.ContainsAll spans values) : Span.ContainsAll (layer.bounds spans) (layer.outputs values) := by
  obtain ⟨weights, biases, shift⟩ := layer
  simp only [bounds, outputs]
  induction weights generalizing biases with
  | nil => exact trivial
  | cons w weights ih =>
    cases biases with
    | nil => exact trivial
    | cons b biases => exact ⟨Span.contains_shift b shift (Span.contains_dot w h), ih biases⟩

theorem Network.contains_bounds (layers : List Layer) {spans : List Span} {values : List Int}
    (h : Span.ContainsAll spans values) : Span.ContainsAll (bounds layers spans) (outputs layers values) := by
  induction layers generalizing spans values with
  | nil => exact h
  | cons layer rest ih =>
    cases rest with
    | nil => exact layer.contains_bounds h
    | cons => exact ih (Span.containsAll_relu (layer.contains_bounds h))

/-- The score of every point of the box lies in the range. -/
theorem Network.contains_range (n : Network) {box : Box} {x : List Nat} (h : box.Contains x) :
    (n.range box).Contains (n.eval x) :=
  Span.contains_headD (contains_bounds n.layers (Span.containsAll_box h))

/-- An upper bound by interval arithmetic is a bound for every point. -/
theorem Network.universal_of_range {n : Network} {box : Box} {bound : Int} (h : (n.range box).upper ≤ bound) :
    Universal n.eval bound box :=
  fun _ hx => Int.le_trans (n.contains_range hx).2 h

end PCM
